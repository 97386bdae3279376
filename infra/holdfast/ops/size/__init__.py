"""`holdfast size`: how many replicas a service needs, by a rule of thumb and by simulation."""
