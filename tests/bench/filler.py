"""`python -m tests.bench.filler SIZE`: migrate the database of DATABASE_URL and fill it with so many tickets."""

import sys
from random import Random

from portal import clock
from portal.app import create_app
from portal.audit import Act
from portal.db import db, upgrade
from portal.settings import Settings
from tests.bench import community, tickets

SEED = 2026


def main(size: int) -> None:
    random = Random(SEED)
    with create_app(Settings.from_environ()).app_context():
        upgrade()
        act = Act(at=clock.now())
        community.make_desk(act, community.make_register(act, random))
        db.session.commit()
        tickets.fill(size, act.at, random)
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]))
