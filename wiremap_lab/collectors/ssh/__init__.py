"""Read devices on their command lines, by SSH: one session a device, and nothing but what shows.

`allowed` is what may be sent at all, `known_hosts` who is believed to be there, `terminal` a session over netmiko,
`collect` the questions and what became of them.
"""
