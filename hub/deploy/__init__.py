"""What stands around the processes of a grown installation: the proxy, the roles, the secrets, the probes."""
