"""What a service's operations do: what they write, what they answer, what they are called, what limits them."""
