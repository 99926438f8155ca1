"""Five invented occupations, as O*NET would tell of them."""

# code: titles, tasks, software, tools, related
OCCUPATIONS = {
    "17-2051.00": (
        ["Bridge Planner", "Dam Builder", "Road Engineer"],
        [
            "Plan bridges over rivers, using maps.",
            "Inspect dams for cracks after floods.",
            "Calculate loads of bridge decks.",
            "Draw roads and culverts for towns.",
        ],
        ["BridgeCalc", "DamSoft"],
        ["Total stations"],
        ["17-1022.00"],
    ),
    "17-1022.00": (
        ["Land Measurer", "Boundary Marker"],
        [
            "Measure plots of land with instruments.",
            "Mark boundaries between farms.",
            "Record heights of hills.",
            "Prepare maps of rivers and bridges.",
        ],
        ["MapKit"],
        ["Theodolites"],
        ["17-2051.00"],
    ),
    "35-3031.00": (
        ["Table Waiter", "Dining Steward"],
        [
            "Serve meals to guests at tables.",
            "Recommend wines to guests.",
            "Set tables before dinner.",
            "Collect payments from guests.",
        ],
        ["TableTop"],
        ["Corkscrews"],
        [],
    ),
    "53-3032.00": (
        ["Long Haul Driver", "Bridge Road Trucker"],
        [
            "Drive trucks over long distances.",
            "Inspect brakes of trucks before trips.",
            "Plan roads over bridges and rivers.",
            "Load pallets with care.",
        ],
        ["RoadLog"],
        ["Tire gauges"],
        [],
    ),
    "13-2011.00": (
        ["Ledger Keeper", "Accountant", "Books Examiner (BX)"],
        [
            "Keep ledgers of firms.",
            "Examine books for errors.",
            "Prepare statements for owners.",
            "Report results to banks.",
        ],
        ["LedgerPro"],
        ["Desktop calculators"],
        ["35-3031.00"],
    ),
}
LEFT_OUT = frozenset({"13-2011"})
