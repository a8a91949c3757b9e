"""The page of the local workspace, in a real browser, with a real Slack app behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect
from slack_bolt.async_app import AsyncApp

from tests.find_programs import needed
from tests.sandbox.conftest import Connect, World

ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 20_000  # milliseconds: a busy machine is slow, not wrong
FORM = {
    "type": "modal",
    "callback_id": "why",
    "title": {"type": "plain_text", "text": "Why"},
    "submit": {"type": "plain_text", "text": "Confirm"},
    "close": {"type": "plain_text", "text": "Cancel"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "reason"},
        },
        {
            "type": "input",
            "block_id": "firm",
            "label": {"type": "plain_text", "text": "Firm"},
            "element": {
                "type": "static_select",
                "action_id": "firm",
                "options": [
                    {"text": {"type": "plain_text", "text": "Acme"}, "value": "acme"},
                    {"text": {"type": "plain_text", "text": "Globex"}, "value": "globex"},
                ],
            },
        },
    ],
}


def small_app(app: AsyncApp, room: str) -> None:
    """A command that answers with a button, which opens a form, which answers in the room."""

    @app.command("/incident")
    async def command(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        button = {
            "type": "button",
            "action_id": "why",
            "text": {"type": "plain_text", "text": "Say why"},
        }
        words = {"type": "mrkdwn", "text": f"*Heard*: {body['text']}"}
        blocks = [
            {"type": "section", "text": words},
            {"type": "actions", "elements": [button]},
        ]
        await respond(text="Heard", blocks=blocks)

    @app.action("why")
    async def click(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("why")
    async def submit(ack: Any, view: dict[str, Any], body: dict[str, Any], client: Any) -> None:
        values = view["state"]["values"]
        reason = values["reason"]["reason"]["value"]
        if reason == "no":
            await ack(response_action="errors", errors={"reason": "A better one, please"})
            return
        await ack()
        firm = values["firm"]["firm"]["selected_option"]["value"]
        text = f"<@{body['user']['id']}> for {firm}: {reason}"
        await client.chat_postMessage(channel=room, text=text)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page whose console must stay silent."""
    path = needed("chromium")
    faults: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = await browser.new_page(locale="en-GB")
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.on(
            "console", lambda m: faults.append(m.text) if m.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        await browser.close()
    assert not faults


async def test_a_person_types_a_command_clicks_and_fills_in_a_form(
    world: World, connect: Connect, page: Page
) -> None:
    await connect(lambda app: small_app(app, world.room))
    await page.goto(f"{world.server.url}?as={world.alice}")
    await page.get_by_role("button", name="# incidents").click()

    await page.get_by_label("Message", exact=True).fill("/inc")
    await expect(page.get_by_role("option", name="/incident")).to_be_visible()
    await page.get_by_label("Message", exact=True).fill('/incident open "VPN down"')
    await page.get_by_label("Message", exact=True).press("Enter")
    answer = page.locator("article.ephemeral")
    await expect(answer).to_contain_text('Heard: open "VPN down"')

    await answer.get_by_role("button", name="Say why").click()
    form = page.locator("dialog#modal")
    await expect(form).to_contain_text("Reason")
    await form.locator("input").first.fill("no")
    await form.locator("select").select_option("globex")
    await form.get_by_role("button", name="Confirm").click()
    await expect(form).to_contain_text("A better one, please")
    await form.locator("input").first.fill("all sites are down")
    await form.get_by_role("button", name="Confirm").click()

    await expect(form).to_be_hidden()
    await expect(page.get_by_role("log")).to_contain_text(
        "Alice Martin for globex: all sites are down"
    )


async def test_what_one_person_is_told_alone_another_does_not_see(
    world: World, connect: Connect, page: Page
) -> None:
    await connect(lambda app: small_app(app, world.room))
    await world.server.person(world.alice).command("/incident", "secret", channel=world.room)
    await page.goto(f"{world.server.url}?as={world.alice}")
    await expect(page.locator("article.ephemeral")).to_contain_text("secret")
    await page.get_by_label("Act as").select_option(world.bob)
    await expect(page.locator("#about")).to_contain_text("Asia/Tokyo")
    await expect(page.locator("article.ephemeral")).to_have_count(0)
    await expect(page.get_by_role("log")).not_to_contain_text("secret")
