"""procrastinate on PostgreSQL.

Ways: ``retries`` tries a failed job again; ``rescue`` gives back, as its manual shows, what a worker that
died had begun.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from procrastinate import App, PsycopgConnector, RetryStrategy, SyncPsycopgConnector

from benchmarks.peers.job import RETRIES, RETRY_AFTER, job
from benchmarks.peers.orders import given

ORDERS = given()
#: Deferred in one statement each.
BATCH = 1000

app = App(connector=PsycopgConnector(conninfo=ORDERS.store))
retry = RetryStrategy(max_attempts=RETRIES, wait=RETRY_AFTER) if ORDERS.has("retries") else False


@app.task(name="deliver", retry=retry)
def deliver(number):
    job(number)


if ORDERS.has("rescue"):
    # croniter's sixth field is the seconds
    @app.periodic(cron="* * * * * */10")
    @app.task(name="rescue", queueing_lock="rescue", pass_context=True)
    async def rescue(context, timestamp):
        for stalled in await app.job_manager.get_stalled_jobs():
            await app.job_manager.retry_job(stalled)


def fill(count, due):
    numbers = [{"number": number} for number in range(count)]
    with app.replace_connector(SyncPsycopgConnector(conninfo=ORDERS.store)) as filling, filling.open():
        filling.schema_manager.apply_schema()
        later = filling.configure_task("deliver", schedule_at=due)
        for start in range(0, count, BATCH):
            later.batch_defer(*numbers[start : start + BATCH])


async def working():
    """With a thread for each text in flight: asyncio's own pool has six on two processors."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(ORDERS.in_flight))
    async with app.open_async():
        await app.run_worker_async(concurrency=ORDERS.in_flight)


def work():
    asyncio.run(working())
