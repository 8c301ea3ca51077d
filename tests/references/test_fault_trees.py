"""Small fault trees with published answers.

Structures, numbers and answers are facts from SCRAM (O. Rakhimov, https://github.com/rakhimov/scram): the trees
from `input/`, what they come to from `tests/bench_*_tests.cc`, at the commits named below. SCRAM took them from
OpenFTA (lift, three motors) and XFTA (HIPPS, BSCU, Chinese tree, as used since A. Rauzy's Aralia benchmarks).
"""

import math
from collections import Counter
from dataclasses import dataclass

import pytest

from simulation.analysis.success.gates import Gates
from simulation.analysis.success.networks import fault_tree, minimal_cut_sets, probability

MISSION_H = 8760.0


@dataclass(frozen=True)
class Tree:
    """A tree as gates by name: ["and" | "or" | number, child, ...]; the first gate is the top."""

    gates: dict[str, list[object]]
    q: dict[str, float]
    probability: float
    within: float
    cuts: set[frozenset[str]] | None = None
    by_order: dict[int, int] | None = None


def sets(*groups: str) -> set[frozenset[str]]:
    """Cut sets, each written with spaces."""
    return {frozenset(group.split()) for group in groups}


def failing(rate_per_h: float, hours: float) -> float:
    """Probability that something has failed by then, at a constant rate."""
    return -math.expm1(-rate_per_h * hours)


ABC = {"a": 0.1, "b": 0.2, "c": 0.3}

# input/Lift/lift.xml, bench_lift_tests.cc (71a159a, 032d1bd)
LIFT = Tree(
    {
        "LiftDoor": ["or", "LiftStartDoorOpen", "DoorOpensInMotion", "DoorRefuses", "OR_1"],
        "LiftStartDoorOpen": ["or", "LMD_1", "DPD_1", "AND_1", "DoorMotorSlow"],
        "AND_1": ["and", "DM_1", "DPD_1"],
        "DoorMotorSlow": ["or", "PS_1", "DoorHindered"],
        "DoorHindered": ["or", "DOD_1", "D_1"],
        "DoorOpensInMotion": ["or", "DMS_2", "AND_2", "AND_3"],
        "AND_2": ["and", "UncommandedDoorOpen", "MotionDetector"],
        "UncommandedDoorOpen": ["or", "W_1", "CP_1", "DMS_2"],
        "MotionDetector": ["and", "LMD_1", "LMD_1_1"],
        "AND_3": ["and", "CP_1", "MotionDetector"],
        "DoorRefuses": ["or", "CP_1", "LMD_2", "LPD_1", "DoorMotor"],
        "DoorMotor": ["or", "DM_1", "PS_1"],
        "OR_1": ["or", "DOD_1", "DOD_2", "DMS_1"],
    },
    dict.fromkeys(
        [
            "LMD_1",
            "LMD_1_1",
            "DPD_1",
            "DM_1",
            "PS_1",
            "DOD_1",
            "D_1",
            "DMS_2",
            "W_1",
            "CP_1",
            "LMD_2",
            "LPD_1",
            "DOD_2",
            "DMS_1",
        ],
        1e-6,
    ),
    1.19999e-5,
    1e-9,
    sets("LMD_1", "DPD_1", "DM_1", "PS_1", "DOD_1", "DOD_2", "DMS_1", "CP_1", "DMS_2", "LMD_2", "LPD_1", "D_1"),
)

# input/ThreeMotor/three_motor.xml, bench_three_motor_tests.cc (000024c, 032d1bd). The timers are reset (their house
# events are true), so that the relay K2 is held whatever else fails: the top is E2 alone.
THREE_MOTORS = Tree(
    {
        "E2": ["or", "K5", "E4"],
        "E4": ["and", "t.E1", "E6"],
        "E6": ["or", "T2", "K5"],
        "t.E1": ["or", "K1", "t.E2"],
        "t.E2": ["or", "t.E3", "t.E4"],
        "t.E4": ["or", "S1", "T1inc"],
        "t.E3": ["and", "t.E5", "t.E6", "t.E7"],
        "t.E5": ["or", "KT1inc", "T2inc"],
        "t.E6": ["or", "KT2inc", "T3inc"],
        "t.E7": ["or", "KT3inc", "T4inc"],
    },
    dict.fromkeys(["K1", "K5", "S1", "T2", "T1inc", "T2inc", "T3inc", "T4inc", "KT1inc", "KT2inc", "KT3inc"], 0.02),
    0.0211538,
    1e-5,
    sets(
        "K5", "S1 T2", "K1 T2", "T1inc T2",
        "T2 T2inc T3inc T4inc", "KT3inc T2 T2inc T3inc", "KT2inc T2 T2inc T4inc", "KT2inc KT3inc T2 T2inc",
        "KT1inc T2 T3inc T4inc", "KT1inc KT3inc T2 T3inc", "KT1inc KT2inc T2 T4inc", "KT1inc KT2inc KT3inc T2",
    ),
)  # fmt: skip

# input/HIPPS/HIPPS.xml, bench_hipps_tests.cc (08b2c58, 34a4eaa). Valves and sensors are tested now and then: at the
# end of the year the last test of each is 120 h ago.
HIPPS = Tree(
    {
        "top": ["or", "SensorFailure", "LogicSolver", "W1", "W2"],
        "SensorFailure": ["or", "PSHCCF", "PSH"],
        "PSH": [2, "PSH1", "PSH2", "PSH3"],
        "W1": ["or", "SV1", "SDV1"],
        "W2": ["or", "SV2", "SDV2"],
    },
    {
        **dict.fromkeys(("PSH1", "PSH2", "PSH3"), failing(7e-7, MISSION_H % 720)),
        "PSHCCF": failing(3.5e-8, MISSION_H % 720),
        **dict.fromkeys(("SDV1", "SDV2"), failing(4.1e-6, MISSION_H % 2160)),
        **dict.fromkeys(("SV1", "SV2"), failing(2.6e-6, MISSION_H % 1440)),
        "LogicSolver": 1e-6 / (1e-6 + 0.1) * failing(1e-6 + 0.1, MISSION_H),
    },
    0.0016209,
    1e-5,
    by_order={1: 6, 2: 3},
)

# input/BSCU/BSCU.xml, bench_bscu_tests.cc (71a159a, 08fda49): a brake system control unit after SAE ARP 4761.
BSCU = Tree(
    {
        "LossOfBraking": ["or", "Monitor", "Systems1And2", "SwitchFailure"],
        "Systems1And2": ["and", "Loss1", "Loss2"],
        "Loss1": ["or", "Electronic1", "Power1"],
        "Loss2": ["or", "Electronic2", "Power2"],
        "SwitchFailure": ["or", "SwitchAnd1", "Between", "SwitchAnd2"],
        "SwitchAnd1": ["and", "Loss1", "Stuck1"],
        "SwitchAnd2": ["and", "Loss2", "Stuck2"],
    },
    {
        "Monitor": failing(1.6e-7, MISSION_H),
        **dict.fromkeys(("Electronic1", "Electronic2"), failing(3.0e-5, MISSION_H)),
        **dict.fromkeys(("Power1", "Power2"), failing(1.35e-5, MISSION_H)),
        **dict.fromkeys(("Stuck1", "Stuck2"), failing(1.3e-7, 20 * MISSION_H)),
        "Between": failing(1.3e-7, MISSION_H),
    },
    0.1124087,
    1e-4,
    sets(
        "Between", "Monitor", "Power1 Power2", "Power1 Stuck1", "Power1 Electronic2", "Power2 Stuck2",
        "Power2 Electronic1", "Stuck1 Electronic1", "Stuck2 Electronic2", "Electronic1 Electronic2",
    ),
)  # fmt: skip

# input/Chinese/chinese.xml and chinese-basic-events.xml, bench_chinese_tree_tests.cc (459cad2, 032d1bd)
CHINESE = Tree(
    {
        "r1": ["and", "g1", "g2"],
        "g1": ["or", "e1", "e2", "e3", "g3"],
        "g2": ["and", "g4", "g5"],
        "g3": ["and", "g6", "g7"],
        "g4": ["or", "e4", "e5", "e6", "e7", "g8"],
        "g5": ["or", "e8", "g9"],
        "g6": ["or", "e9", "e10", "e11", "g10"],
        "g7": ["or", "e12", "e13"],
        "g8": ["and", "g11", "g12"],
        "g9": ["and", "g13", "g14"],
        "g10": ["and", "g15", "g16"],
        "g11": ["or", "e14", "e15", "e16", "g17"],
        "g12": ["and", "g18", "g19"],
        "g13": ["or", "e1", "e2", "e3", "g20"],
        "g14": ["or", "e4", "e5", "e6", "e7", "g21"],
        "g15": ["or", "e17", "e18"],
        "g16": ["or", "e19", "e20", "e21"],
        "g17": ["and", "g22", "g23"],
        "g18": ["or", "e22", "e23"],
        "g19": ["or", "e24", "e25"],
        "g20": ["and", "g24", "g25"],
        "g21": ["and", "g26", "g27"],
        "g22": ["or", "e17", "e18", "e21"],
        "g23": ["or", "e19", "e20"],
        "g24": ["or", "e14", "e15", "e16", "g28"],
        "g25": ["and", "g29", "g30"],
        "g26": ["or", "e9", "e10", "e11", "g31"],
        "g27": ["or", "e12", "e13"],
        "g28": ["and", "g32", "g33"],
        "g29": ["or", "e22", "e23"],
        "g30": ["or", "e24", "e25"],
        "g31": ["and", "g34", "g35"],
        "g32": ["or", "e17", "e18", "e21"],
        "g33": ["or", "e19", "e20"],
        "g34": ["or", "e19", "e20", "e21"],
        "g35": ["or", "e17", "e18"],
    },
    {f"e{i}": 0.02 for i in range(1, 26)},
    0.0045691,
    1e-5,
    by_order={2: 12, 4: 24, 5: 188, 6: 168},
)

# tests/input/core/beta_factor_ccf.xml, bench_core_tests.cc (71a159a, 032d1bd): of a failure probability of 0.1 a share
# of 0.2 is common to all three of a kind.
COMMON_CAUSE = Tree(
    {
        "top": ["and", "Train1", "Train2", "Train3"],
        **{f"Train{i}": ["or", f"v{i}", "valves", f"p{i}", "pumps"] for i in (1, 2, 3)},
    },
    {**{f"{part}{i}": 0.08 for part in "vp" for i in (1, 2, 3)}, "valves": 0.02, "pumps": 0.02},
    0.04308,
    1e-5,
    sets(
        "pumps", "valves", "v1 v2 v3", "p1 v2 v3", "p2 v1 v3", "p3 v1 v2", "p3 p2 v1", "p1 p2 v3", "p1 p3 v2",
        "p1 p2 p3",
    ),
)  # fmt: skip

TREES = {
    # bench_core_tests.cc and bench_atleast_tests.cc (032d1bd, 26fb877)
    "abc": Tree({"top": ["or", "a", "b", "c"]}, ABC, 0.496, 1e-12, sets("a", "b", "c")),
    "ab_bc": Tree(
        {"top": ["or", "ab", "bc"], "ab": ["and", "a", "b"], "bc": ["and", "b", "c"]},
        ABC, 0.074, 1e-12, sets("a b", "b c"),
    ),
    "atleast": Tree({"top": [2, "a", "b", "c"]}, ABC, 0.098, 1e-12, sets("a b", "b c", "a c")),
    "lift": LIFT,
    "three motors": THREE_MOTORS,
    "HIPPS": HIPPS,
    "BSCU": BSCU,
    "Chinese tree": CHINESE,
    "beta factor": COMMON_CAUSE,
}  # fmt: skip


@pytest.mark.parametrize("name", TREES)
def test_probability_of_the_top_event(name: str) -> None:
    tree = TREES[name]
    gates = Gates()
    root = fault_tree(gates, tree.gates, next(iter(tree.gates)))
    assert probability(gates, root, lambda event: tree.q[str(event)]) == pytest.approx(
        tree.probability, abs=tree.within
    )


@pytest.mark.parametrize("name", TREES)
def test_minimal_cut_sets(name: str) -> None:
    tree = TREES[name]
    gates = Gates()
    found = minimal_cut_sets(gates, fault_tree(gates, tree.gates, next(iter(tree.gates))))
    if tree.cuts is not None:
        assert found == tree.cuts
    if tree.by_order is not None:
        assert Counter(map(len, found)) == tree.by_order
