"""files.*: the three steps of an upload, and what became of it."""

from sandbox.base.errors import SlackError
from sandbox.base.ids import secret
from sandbox.changes import posting
from sandbox.model.file import File
from sandbox.webapi.call import Call, Json, method
from sandbox.webapi.messages.chat import thread_of
from sandbox.webapi.messages.compose import blocks_of

MAX_LENGTH = 1_000_000_000


@method("files.getUploadURLExternal", "files:write", tier=4)
def get_upload_url(call: Call) -> Json:
    """Give an address to send the bytes to."""
    name = call.args.need("filename")
    length = call.args.number("length", 0)
    if length <= 0:
        raise SlackError.invalid("invalid_arguments", "must be greater than 0 [/length]")
    if length > MAX_LENGTH:
        raise SlackError("file_upload_size_restricted")
    file = File(
        id=call.ws.ids.next("F"),
        name=name,
        user=call.me,
        team_id=call.ws.team.id,
        created=int(call.ws.now()),
        length=length,
        ticket=secret(32),
        alt_text=call.args.text("alt_txt") or None,
    )
    call.ws.files[file.id] = file
    return {"upload_url": f"{call.ws.base_url}/upload/v1/{file.ticket}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write", tier=4)
def complete_upload(call: Call) -> Json:
    """Say that all bytes are there, and share the files."""
    given = call.args.json("files")
    if not isinstance(given, list) or not given:
        raise SlackError.invalid("invalid_arguments", "missing required field: files")
    files = [_file(call, item) for item in given]
    wanted = call.args.text("channel_id") or call.args.text("channels")
    channel_ids = [c for c in wanted.split(",") if c]
    channels = [call.ws.channels.get(channel_id) for channel_id in channel_ids]
    for channel in channels:
        if channel is None or (channel.is_private and call.me not in channel.members):
            raise SlackError("channel_not_found")
        call.member(channel)
        if not channel.takes_words_of(call.me):
            raise SlackError("posting_to_channel_denied")
    for file, item in files:
        file.title = str(item.get("title") or file.name)
        file.complete = True
    for channel in channels:
        if channel is None:
            continue
        message = posting.by_bot(
            call.ws,
            call.caller,
            text=call.args.text("initial_comment"),
            blocks=blocks_of(call.args),
            thread_ts=thread_of(call, channel),
            files=[file.to_api(call.ws.base_url) for file, _ in files],
        )
        posting.post(call.ws, channel, message)
        for file, _ in files:
            file.channels[channel.id] = message.ts
    return {"files": [file.to_api(call.ws.base_url) for file, _ in files]}


def _file(call: Call, item: Json) -> tuple[File, Json]:
    file = call.ws.files.get(str(item.get("id")))
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    return file, item


@method("files.info", "files:read", tier=4)
def info(call: Call) -> Json:
    """Describe a file."""
    file = call.ws.files.get(call.args.text("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    described = file.to_api(call.ws.base_url)
    return {"file": described, "comments": [], "response_metadata": {"next_cursor": ""}}
