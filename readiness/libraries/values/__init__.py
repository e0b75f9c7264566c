"""Values of the code in, where they come from and where they go out: the ground that recognisers of data stand on."""
