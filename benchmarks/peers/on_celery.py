"""Celery on Redis; its own worker works it.

Ways: ``retries`` tries a failed job again; ``late`` acknowledges a job when it is done instead of when
it begins, and has Redis give back after :data:`GIVEN_BACK` what was not (its default is an hour).
"""

from celery import Celery

from benchmarks.peers.job import RETRIES, RETRY_AFTER, job
from benchmarks.peers.orders import given

ORDERS = given()
#: Seconds: longer than a run takes, as Celery repeats whatever waits longer than this.
GIVEN_BACK = 60

app = Celery("peers", broker=ORDERS.store)
app.conf.task_ignore_result = True
retries = {}
if ORDERS.has("retries"):
    retries = {"autoretry_for": (Exception,), "max_retries": RETRIES, "default_retry_delay": RETRY_AFTER}
if ORDERS.has("late"):
    app.conf.task_acks_late = app.conf.task_reject_on_worker_lost = True
    app.conf.broker_transport_options = {"visibility_timeout": GIVEN_BACK, "unacked_restore_throttle": 1}


@app.task(name="deliver", **retries)
def deliver(number):
    job(number)


def fill(count, due):
    for number in range(count):
        deliver.apply_async((number,), eta=due)
