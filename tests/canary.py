"""The secret of the tests: it stands in addresses, passwords and secret files, and must be shown nowhere."""

CANARY = "canary-5ecret-t0ken"
