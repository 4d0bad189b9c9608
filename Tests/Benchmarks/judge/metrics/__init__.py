"""What methods are compared by: each figure is of one picture, so that methods can be compared in pairs."""
