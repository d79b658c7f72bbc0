"""Routes, resolvers and jobs that act without asking what the caller may do (CWE-862)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="authz-websocket-command",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                async def $serve($socket, $user, $room):
                    async for $raw in $socket:
                        $msg = json.loads($raw)
                        if $msg["type"] == "say":
                            await $room.broadcast($user, $msg["text"])
                        elif $msg["type"] == "kick":  #!
                            await $room.remove($msg["who"])
                        #...
                """,
        ),
        fixed=(
            """
                async def $serve($socket, $user, $room):
                    async for $raw in $socket:
                        $msg = json.loads($raw)
                        if $msg["type"] == "say":
                            await $room.broadcast($user, $msg["text"])
                        elif $msg["type"] == "kick" and $room.is_moderator($user):
                            await $room.remove($msg["who"])
                        #...
                """,
        ),
        decoy=(
            """
                async def $serve($socket, $user, $room):
                    async for $raw in $socket:
                        $msg = json.loads($raw)
                        if $msg["type"] == "say":
                            await $room.broadcast($user, $msg["text"])
                        elif $msg["type"] == "leave":
                            await $room.remove($user)
                        #...
                """,
        ),
        wrong_fix=(
            """
                async def $serve($socket, $user, $room):
                    async for $raw in $socket:
                        $msg = json.loads($raw)
                        if $msg["type"] == "say":
                            await $room.broadcast($user, $msg["text"])
                        elif $msg["type"] == "kick" and $room.has_member($user):  #!
                            await $room.remove($msg["who"])
                        #...
                """,
        ),
        imports=("import json",),
        frameworks=("websockets",),
    ),
    Mechanism(
        id="authz-celery-requested-by",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                @shared_task<<|(acks_late=True)>>
                def $wipe_workspace(workspace_id, requested_by):  #!
                    $user = $User.objects.get(pk=requested_by)
                    $space = $Workspace.objects.get(pk=workspace_id)
                    #...
                    $space.files.all().delete()
                    return $space.name
                """,
        ),
        fixed=(
            """
                @shared_task<<|(acks_late=True)>>
                def $wipe_workspace(workspace_id, requested_by):
                    $user = $User.objects.get(pk=requested_by)
                    $space = $Workspace.objects.get(pk=workspace_id)
                    if not $space.admins.filter(pk=$user.pk).exists():
                        raise PermissionDenied(workspace_id)
                    #...
                    $space.files.all().delete()
                    return $space.name
                """,
        ),
        decoy=(
            """
                @shared_task<<|(acks_late=True)>>
                def $wipe_workspace(workspace_id, requested_by):
                    $user = $User.objects.get(pk=requested_by)
                    $space = $Workspace.objects.get(pk=workspace_id)
                    if not $user.has_perm("spaces.delete_workspace"):
                        return None
                    #...
                    $space.files.all().delete()
                    return $space.name
                """,
        ),
        wrong_fix=(
            """
                @shared_task<<|(acks_late=True)>>
                def $wipe_workspace(workspace_id, requested_by):  #!
                    $user = $User.objects.get(pk=requested_by)
                    $space = $Workspace.objects.get(pk=workspace_id)
                    if not $user.is_active:
                        raise PermissionDenied(workspace_id)
                    #...
                    $space.files.all().delete()
                    return $space.name
                """,
        ),
        imports=(
            "from celery import Celery, shared_task",
            "from django.core.exceptions import PermissionDenied",
        ),
        setup="""
            from spaces.models import User as $User, Workspace as $Workspace
            """,
        frameworks=("celery",),
    ),
    Mechanism(
        id="authz-chat-bot-command",
        cwe="CWE-862",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                $bot = commands.Bot(command_prefix="!", intents=discord.Intents.default())

                @$bot.command()
                async def $ban(ctx, member: discord.Member, *, reason: str = ""):  #!
                    #...
                    await member.ban(reason=reason)
                    await ctx.send(f"{member.display_name} is out")
                """,
        ),
        fixed=(
            """
                $bot = commands.Bot(command_prefix="!", intents=discord.Intents.default())

                @commands.has_permissions(ban_members=True)
                @$bot.command()
                async def $ban(ctx, member: discord.Member, *, reason: str = ""):
                    #...
                    await member.ban(reason=reason)
                    await ctx.send(f"{member.display_name} is out")
                """,
        ),
        decoy=(
            """
                $bot = commands.Bot(command_prefix="!", intents=discord.Intents.default())

                @commands.is_owner()
                @$bot.command()
                async def $ban(ctx, member: discord.Member, *, reason: str = ""):
                    #...
                    await member.ban(reason=reason)
                    await ctx.send(f"{member.display_name} is out")
                """,
        ),
        wrong_fix=(
            """
                $bot = commands.Bot(command_prefix="!", intents=discord.Intents.default())

                @commands.guild_only()
                @$bot.command()
                async def $ban(ctx, member: discord.Member, *, reason: str = ""):  #!
                    #...
                    await member.ban(reason=reason)
                    await ctx.send(f"{member.display_name} is out")
                """,
        ),
        imports=(
            "import discord",
            "from discord.ext import commands",
        ),
        frameworks=("discord",),
    ),
)
