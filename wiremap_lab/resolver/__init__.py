"""Where a device is: a pure function from a wiremap, a report of the device and an order of precedence.

Vendors rank the identifiers of a device differently, and the difference is itself a risk, so an order
is data: a profile in ``profiles.yaml``, an ordered list of rules. Unknown beats wrong: an identifier
the wiremap places twice is never settled by picking, and a stale precise answer gives way to a fresh
coarse one where the profile says how fresh is fresh.
"""

from wiremap_lab.resolver.decision import explain, resolve
from wiremap_lab.resolver.profiles import Profile, Step, load_profiles, parse_profiles
from wiremap_lab.resolver.resolution import Candidate, Conflict, Resolution, Resolved, Tried, Unresolved, Why
from wiremap_lab.resolver.rules import RULES, Rule, Sighting

__all__ = [
    "RULES",
    "Candidate",
    "Conflict",
    "Profile",
    "Resolution",
    "Resolved",
    "Rule",
    "Sighting",
    "Step",
    "Tried",
    "Unresolved",
    "Why",
    "explain",
    "load_profiles",
    "parse_profiles",
    "resolve",
]
