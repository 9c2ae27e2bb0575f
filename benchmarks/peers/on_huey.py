"""huey, its queue in SQLite or Redis; its own consumer works it.

Ways: ``retries`` tries a failed job again.
"""

from huey import RedisHuey, SqliteHuey

from benchmarks.peers.job import RETRIES, RETRY_AFTER, job
from benchmarks.peers.orders import given

ORDERS = given()
queue = (
    RedisHuey("peers", url=ORDERS.store)
    if ORDERS.store.startswith("redis:")
    else SqliteHuey("peers", filename=ORDERS.store)
)


@queue.task(name="deliver", retries=RETRIES if ORDERS.has("retries") else 0, retry_delay=RETRY_AFTER)
def deliver(number):
    job(number)


def fill(count, due):
    for number in range(count):
        deliver.schedule((number,), eta=due)
