"""Say where each discovered element is, by the rules and rows an administrator wrote."""
