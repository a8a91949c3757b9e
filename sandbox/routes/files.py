"""Addresses of files: where bytes are sent to, and fetched from."""

from aiohttp import BodyPartReader, web

from sandbox.model.workspace import Workspace


class FileRoutes:
    """Takes uploads, and gives files back."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    async def upload(self, request: web.Request) -> web.Response:
        """Take the bytes of a file."""
        ticket = request.match_info["ticket"]
        file = next((f for f in self._ws.files.values() if f.ticket == ticket), None)
        if file is None or file.content is not None:
            return web.Response(text="invalid upload url", status=404)
        content = await self._content(request)
        if len(content) != file.length:
            return web.Response(text="length does not match", status=400)
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    @staticmethod
    async def _content(request: web.Request) -> bytes:
        if request.content_type != "multipart/form-data":
            return await request.read()
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.filename is not None:
                return bytes(await part.read(decode=True))
        return b""

    async def download(self, request: web.Request) -> web.Response:
        """Give a file to whoever has a bot's token, or looks at the page."""
        file_id = request.match_info["file"].rpartition("-")[2]
        file = self._ws.files.get(file_id)
        if file is None or file.content is None or not file.complete:
            return web.Response(status=404)
        if not self._may_read(request):
            return web.Response(status=403, text="a token, or somebody of the page, is needed")
        disposition = "attachment" if "/download/" in request.path else "inline"
        headers = {
            "Content-Disposition": f'{disposition}; filename="{file_id}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        }
        return web.Response(body=file.content, content_type=file.mimetype, headers=headers)

    def _may_read(self, request: web.Request) -> bool:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if any(token == app.bot_token for app in self._ws.apps.values()):
            return True
        return request.query.get("as", "") in self._ws.users
