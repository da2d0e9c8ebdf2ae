"""How deploy/ is applied, as its pages say."""
from testbed.programs import ROOT

DEPLOY = ROOT / "deploy"
APPLY = ("apply", "--server-side", "--field-manager=drift-policy")
