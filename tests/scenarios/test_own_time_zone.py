"""Somebody who lives by another clock reads both times; rooms keep to the contract's (CAL-5)."""

from __future__ import annotations

from tests.scenarios.scene import RIVAGE, Scene

NAME = 'name = "Isabelle Fontaine"'
IN_CAYENNE = RIVAGE.replace(NAME, NAME + '\ntimezone = "America/Cayenne"')


async def test_cal_5_times_are_shown_in_the_contracts_zone_and_in_the_readers(scene: Scene) -> None:
    await scene.stage.restart_bot([IN_CAYENNE])
    await scene.stage.settle()
    scene = Scene(scene.stage, scene.stage.contract)
    await scene.opens("antoine-mercier", '"Plus de VPN" component=vpn severity=1')

    assert "14:00 (09:00 à Cayenne)" in str(
        await scene.types("isabelle-fontaine", "/incident show INC-0001")
    )
    assert scene.told("isabelle-fontaine", "à Cayenne)")
    assert not scene.told("philippe-garnier", "Cayenne")
    room = str(scene.reads("philippe-garnier", scene.shared))
    assert "14:00" in room
    assert "Cayenne" not in room
