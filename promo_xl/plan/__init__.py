"""The planner's world: targets, tasks, people, risks, readings, and what follows from them."""
