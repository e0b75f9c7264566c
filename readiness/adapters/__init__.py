"""Other tools' findings: files in, what the tool says of each out. An adapter runs the tool in a process of its own."""
