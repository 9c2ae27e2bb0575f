"""APScheduler with its SQLAlchemy job store.

Ways: ``no-grace`` runs a job however late (its default drops what is a second late); ``pool`` has as many
threads as texts in flight (its default has ten).
"""

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.peers.job import job
from benchmarks.peers.orders import given

ORDERS = given()


def deliver(number):
    job(number)


def settings():
    told = {"jobstores": {"default": SQLAlchemyJobStore(url=f"sqlite:///{ORDERS.store}")}}
    if ORDERS.has("no-grace"):
        told["job_defaults"] = {"misfire_grace_time": None}
    if ORDERS.has("pool"):
        told["executors"] = {"default": ThreadPoolExecutor(ORDERS.in_flight)}
    return told


def fill(count, due):
    """Without waiting for the disk at each text: filling is not what is measured."""
    event.listen(Engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    scheduler = BackgroundScheduler(**settings())
    scheduler.start(paused=True)
    for number in range(count):
        scheduler.add_job(deliver, "date", run_date=due, args=[number])
    scheduler.shutdown()


def work():
    BlockingScheduler(**settings()).start()
