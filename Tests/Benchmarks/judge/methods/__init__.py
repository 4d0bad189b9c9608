"""The methods that are compared: each fits on photographs that are not reported, and explains one picture at a time."""
