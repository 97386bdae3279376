"""`holdfast init`: which stack file fits an environment that is there already?

`command` is what is typed; `draft` makes settings of facts, with the inverse of `decide.bodies` in `kinds` and `parts`;
`rehearsal` decides about the draft as a run would; `page` writes it.
"""
