"""``python -m wiremap_lab`` is the `wiremap` command."""

from wiremap_lab.cli import main

main()
