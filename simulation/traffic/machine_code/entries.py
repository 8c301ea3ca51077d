"""The compiled functions that Python calls."""

from simulation.traffic.machine_code.compiled import Compiled

# The exact engine.
run = Compiled("exact.kernel.run", int)
place = Compiled("exact.queue_of_events.place")
renew = Compiled("exact.arrivals.renew", float)
due = Compiled("exact.arrivals.due", float)
carry = Compiled("exact.arrivals.advance")
restamp = Compiled("exact.arrivals.restamp")
log = Compiled("random_numbers.log", float)
exponential = Compiled("random_numbers.exponential", float)

# Contents of caches and stores.
empty = Compiled("exact.content.empty")
build_alias = Compiled("exact.content.build_alias")
warm = Compiled("exact.content.warm")
drop_part = Compiled("exact.content.drop_part")

# The fluid.
advance = Compiled("fluid.run.advance", int)
groups = Compiled("fluid.contents.groups")
characteristic = Compiled("fluid.contents.characteristic", float)
hit_ratio = Compiled("fluid.contents.hit_ratio", float)
