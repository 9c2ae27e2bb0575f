"""A decision about words reaches the texts that are planned already: those that were off become allowed,
those that were switched off are kept back.

It is a chore, a few courses at a time, and does not have to be quick: the last look before a text leaves
reads the decision itself. Ended half-way, it begins again; twice changes nothing.
"""

from scheduler.planning import WORDS_OFF, replan
from scheduler.works import Works
from store.courses import kept_back_courses, planned_courses
from store.rulings import mark_applied, not_applied
from store.visits import enrolments_by_id

#: Courses planned anew in one transaction: few enough that a reply does not wait for them.
AT_ONCE = 20


def take_effect(works: Works) -> None:
    """Plan anew what the decisions since the last time concern."""
    now = works.clock()
    with works.database.reading() as session:
        rulings = not_applied(session)
        if not rulings:
            return
        works.renew(session)
        names = {row.subject for row in rulings} & works.catalog.wordings.keys()
        on = {name for name in names if works.catalog.wordings[name].on}
        touched = [*kept_back_courses(session, on, WORDS_OFF, now), *planned_courses(session, names - on)]
    for first in range(0, len(touched), AT_ONCE):
        with works.database.writing() as session:
            for enrolment in enrolments_by_id(session, touched[first : first + AT_ONCE]).values():
                replan(session, works, enrolment, now)
    with works.database.writing() as session:
        mark_applied(session, rulings[-1].id, now)
    works.wake()
