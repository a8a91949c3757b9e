"""What goes wrong in a history: Slack, sockets, the database, bots that stop or die."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

from sandbox.changes import accounts
from tests.simulation.contracts import CONTRACTS
from tests.simulation.memories import END_CONNECTIONS
from tests.simulation.wires import WEATHER
from tests.simulation.world import World

METHODS = ("*", "chat.*", "chat.postMessage", "chat.update", "conversations.*", "users.*",
           "views.open", "conversations.create", "conversations.history", "files.*")  # fmt: skip
KINDS = (
    "ratelimited", "retry_after_garbage", "http_500", "http_503", "timeout", "hang", "reset",
    "done_but_no_answer", "html_503", "html_200", "done_html_200", "login_redirect", "truncated",
    "done_truncated", "bare_ok", "done_bare_ok", "not_an_object", "empty", "no_headers",
)  # fmt: skip


class Troubles:
    """Each is made by a method; `next` makes one by chance, `end` ends them all."""

    def __init__(self, world: World, rng: Random) -> None:
        self._world = world
        self._rng = rng
        self.late = False  # whether Slack ever did something long after nobody waited for it
        self._edition = 0
        self._ended = False

    async def next(self) -> str:
        """Something goes wrong; what."""
        deeds: list[Callable[[], Awaitable[str]]] = [
            self._slack, self._slack, self._slack, self._slow, self._sockets, self._twice,
            self._aborts, self._aborts, self._away, self._restart, self._dies, self._dies,
            self._edited, self._account,
        ]  # fmt: skip
        if self._world.memory.shared:
            deeds += [self._dies, self._restart, self._server_cuts, self._slow_way]
        return await self._rng.choice(deeds)()

    async def end(self) -> None:
        """Nothing goes wrong from here on, and a bot runs."""
        await self._world.nothing_pending()
        self._world.workspace.faults.clear()
        self._world.machine.slow = 0.0
        WEATHER.clear()
        self._ended = True
        await self._running()

    async def _running(self) -> bool:
        world = self._world
        if not world.bots or self._ended or self._rng.random() < 0.5:
            await world.start_all()
        return bool(world.bots)

    async def _slack(self) -> str:
        rng = self._rng
        method, kind = rng.choice(METHODS), rng.choice(KINDS)
        times, after = rng.choice((1, 1, 2, 5)), rng.choice((1, 3, 30))
        if method == "conversations.create" and times > 1:
            kind = "error:restricted_action"  # the settings of the workspace forbid it
        self._world.workspace.faults.add(method, kind, times=times, retry_after=after)
        return f"Slack: {method} {kind} × {times}"

    async def _account(self) -> str:
        """Somebody's account is closed, or opened again; now and then nobody hears of it."""
        rng, workspace = self._rng, self._world.workspace
        people = [user for user in workspace.users.values() if not user.is_bot]
        user = rng.choice([user for user in people if user.deleted] or people)
        heard = rng.random() < 0.7
        if heard:
            accounts.change(workspace, user, deleted=not user.deleted)
        else:
            user.deleted = not user.deleted
        became = "closed" if user.deleted else "opened again"
        return f"the account of {user.name} is {became}{'' if heard else ', unheard'}"

    async def _slow(self) -> str:
        """Slack takes its time, up to longer than anybody waits."""
        self._world.machine.slow = slow = self._rng.choice((0.0, 0.0, 0.5, 4.0, 12.0))
        self.late = self.late or slow > 1
        return f"the network takes up to {slow} s"

    async def _sockets(self) -> str:
        rng, server = self._rng, self._world.server
        kind = rng.choice(("drop", "refresh", "dead"))
        if kind == "drop":
            await server.hub.drop()
        elif kind == "refresh":
            await server.hub.refresh()
        else:
            self._world.workspace.faults.dead_tickets(rng.choice((1, 3)))
            await server.hub.drop()
        if rng.random() < 0.7:
            await asyncio.sleep(20)  # the bot looks after its socket meanwhile
        return f"sockets: {kind}"

    async def _twice(self) -> str:
        self._world.server.hub.duplicate_next(3)
        return "Slack says the next things twice"

    async def _aborts(self) -> str:
        kinds = ("", "", "before", "after") + (("torn",) if self._world.memory.shared else ())
        fates = [self._rng.choice(kinds) for _ in range(6)]
        WEATHER.next_commits = fates
        return f"commits: {fates}"

    async def _away(self) -> str:
        """The database is away, and comes back before long."""
        for_seconds = self._rng.choice((0.05, 2.0, 70.0))
        clock = self._world.clock
        back = clock.now() + timedelta(seconds=for_seconds)
        WEATHER.away = lambda: clock.now() < back
        return f"the database is away for {for_seconds} s"

    async def _slow_way(self) -> str:
        """The way to the server takes longer: transactions overlap more."""
        WEATHER.way_takes = slow = self._rng.choice((0.0, 0.002, 0.02))
        return f"the way to the database takes up to {slow} s"

    async def _server_cuts(self) -> str:
        """The server ends every connection, as an operator or a failover would."""
        names = list(self._world.bots)
        await self._world.look(lambda connection: connection.execute(END_CONNECTIONS))
        return f"the server ends every connection of {', '.join(names)}"

    async def _restart(self) -> str:
        world = self._world
        names = list(world.bots)
        if len(names) > 1 and self._rng.random() < 0.7:
            names = [self._rng.choice(names)]
        for name in names:
            await world.stop(name)
        stopped = f"stopped: {', '.join(names)}"
        if self._rng.random() < 0.3:
            return stopped
        return f"{stopped}; started again: {await self._running()}"

    async def _dies(self) -> str:
        """The bot is killed, now or in the midst of what comes next."""
        world = self._world
        if not world.bots:
            return f"the bot is started again: {await self._running()}"
        name = self._rng.choice(list(world.bots))
        delay = self._rng.choice((0.0, 0.005, 0.02, 0.05, 0.2))

        async def later() -> None:
            await asyncio.sleep(delay)
            await world.die(name)
            await asyncio.sleep(self._rng.choice((0.0, 1.0)))
            await self._running()

        if not delay:
            await world.die(name)
            return f"{name} is killed; started again: {await self._running()}"
        world.later(later())
        return f"{name} is killed in {delay} s"

    def _absent(self, phone: str, stand_in: str) -> tuple[str, str]:
        """An absence is entered, of whoever has that number, from today on or soon."""
        first = self._world.clock.now().date() + timedelta(days=self._rng.choice((-1, 0, 1)))
        days = f"first = {first}, last = {first + timedelta(days=2)}"
        line = f'phone = "{phone}"'
        return line, f'{line}\nabsences = [{{ {days}, stand_in = "{stand_in}" }}]'

    async def _edited(self) -> str:
        """A contract file is edited, and the bot started again."""
        world, rng = self._world, self._rng
        self._edition += 1
        old, new = rng.choice((
            ('pings_per_person = 2', 'pings_per_person = 1'),
            ('repeat_at_top = "15m"', 'repeat_at_top = "10m"'),
            ('unreachable = "francois-delmas"', 'unreachable = "sophie-arnaud"'),
            ('people = ["claire-vasseur", "julien-perrin"]', 'people = ["julien-perrin"]'),
            ('chase_every = "5m"', 'chase_every = "3m"'),
            ('members = ["change_manager", "francois-delmas", ', 'members = ["change_manager", '),
            self._absent("+33 1 99 00 01 01", "ines-moreau"),
            self._absent("+33 2 61 91 02 01", "sarah-dubois"),
        ))  # fmt: skip
        texts = list(CONTRACTS[: len(world.texts)])
        number = rng.randrange(len(texts))
        texts[number] = texts[number].replace(old, new) + f"\n# edition {self._edition}\n"
        world.put(texts)
        for name in list(world.bots):  # one after the other, as in a rolling restart
            await world.stop(name)
            await world.start(name)
        return f"contract {number + 1}: {new}; started again: {await self._running()}"
