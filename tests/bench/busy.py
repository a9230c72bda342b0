"""How much of the machine others used meanwhile: a measurement on a busy machine is worth less, and says so."""

import psutil

from tests.bench.databases import postgres_processes


class Busy:
    def __init__(self, servers: list[psutil.Process]) -> None:
        self.own = [psutil.Process(), *servers, *postgres_processes()]
        self.own_before, self.all_before, self.idle_before = spent(self.own), *_machine()

    def foreign(self) -> float:
        """Share of all processor time since the start that neither we used nor nobody did."""
        everything, idle = _machine()
        span = everything - self.all_before
        own = spent([*self.own, *(one for one in postgres_processes() if one not in self.own)]) - self.own_before
        return max(0.0, 1 - (idle - self.idle_before) / span - own / span)


def _machine() -> tuple[float, float]:
    times = psutil.cpu_times()
    return sum(times), times.idle + times.iowait


def spent(processes: list[psutil.Process]) -> float:
    """Seconds of user and system time; processes that have ended are not counted."""
    total = 0.0
    for process in processes:
        try:
            spent = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += spent.user + spent.system
    return total
