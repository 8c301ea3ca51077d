"""The compiled functions that Python calls."""

from simulation.traffic.compiled import Compiled

# The exact engine.
run = Compiled("kernel.run", int)
place = Compiled("queue_of_events.place")
renew = Compiled("arrivals.renew", float)
due = Compiled("arrivals.due", float)
carry = Compiled("arrivals.advance")
restamp = Compiled("arrivals.restamp")
log = Compiled("random_numbers.log", float)
exponential = Compiled("random_numbers.exponential", float)

# Contents of caches and stores.
empty = Compiled("content.empty")
build_alias = Compiled("content.build_alias")
warm = Compiled("content.warm")
drop_part = Compiled("content.drop_part")

# The fluid.
advance = Compiled("fluid_run.advance", int)
groups = Compiled("fluid_contents.groups")
characteristic = Compiled("fluid_contents.characteristic", float)
hit_ratio = Compiled("fluid_contents.hit_ratio", float)
