"""Every limit of the web side in one place. What a document may hold is in `simulation.topology.limits`."""

from datetime import timedelta

# Requests and messages, in bytes.
BODY_BYTES = 5 * 1024 * 1024
MESSAGE_BYTES = 256 * 1024

# Sockets.
MESSAGES_PER_SECOND = 50  # of one socket, over ten seconds
SOCKETS_PER_USER = 20
WATCHERS_PER_RUN = 500
EDITORS_PER_DESIGN = 100
BAD_MESSAGES = 3  # the third closes the socket

# Runs, by user.
ACTIVE_RUNS = 2
QUEUED_RUNS = 10

# Work.
INTERACTIVE_SECONDS = 60.0  # one analysis or evaluation that somebody waits for
BACKGROUND_SECONDS = 600.0  # one evaluation in the background, and one run
SEARCH_SECONDS = 300.0  # the longest that a search may be asked to take
SWEEP_POINTS = 1_000
OPEN_SEARCHES = 4  # of one user, waiting or at work

# Lists.
PAGE_SIZE = 50
PAGE_SIZE_MAX = 200

# Lifetimes.
LINK_LIFETIME = timedelta(days=90)
IDEMPOTENCY_LIFETIME = timedelta(hours=24)
GUEST_SESSION = timedelta(days=365)

# Requests a minute, by scope: everything, what starts computing, and guesses at a password.
REQUESTS_PER_MINUTE = 30_000
COMPUTATIONS_PER_MINUTE = 6_000
SIGN_INS_PER_MINUTE = 30
