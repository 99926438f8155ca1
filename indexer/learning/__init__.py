"""Learning from outcomes: events → graded pairs → a fine-tuned reranker → a decision.

`labelling` makes pairs of what happened, `held_out` keeps jobs apart to measure on, `reranker` and
`encoder` train (`training` is what they share), `measuring` says what a model is worth, `deciding`
lets one serve or not. `asking` finds whose outcome would teach most; `foundation` makes examples
where nobody has outcomes yet.
"""
