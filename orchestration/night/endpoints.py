"""What the marts of a night count as an event, against what the protocol says that an endpoint counts.

Belongs here: refusing, before anything is built, an endpoint that no night has. Does not belong here: endpoints of anyone's
files (`foreign`), which the files define.
"""

from analytics.protocol import Protocol, ProtocolError
from analytics.protocol.population import Endpoint

COUNTED = {"OS": {"death"}, "TFS": {"death", "tracheostomy", "permanent_ventilation"}}
"""Events by PARAMCD of `adtte`."""


def refuse_uncounted(protocol: Protocol) -> None:
    """Refuse an endpoint that the marts do not have, or that says another event than they count.

    Raises:
        ProtocolError: the endpoint, the key and what to write.
    """
    found = [reason for endpoint in protocol.endpoint if (reason := _uncounted(endpoint))]
    if found:
        raise ProtocolError("; ".join(found))


def _uncounted(endpoint: Endpoint) -> str | None:
    if endpoint.competing:
        return (
            f"endpoint.competing of {endpoint.name}: PRO-ACT records no competing event, so that one arm alone could have "
            "it; leave it out (vigil analyse takes it, on data that record it in both arms)"
        )
    counted = COUNTED.get(endpoint.name)
    if counted is None:
        return f'endpoint.name = "{endpoint.name}": a night has {" and ".join(COUNTED)}; name one of them'
    if set(endpoint.events) != counted:
        words = ", ".join(f'"{event}"' for event in sorted(counted))
        return f"endpoint.events of {endpoint.name}: the marts count {words}; write events = [{words}]"
    if counted != {"death"} and not endpoint.one_sided:
        return f"endpoint.one_sided of {endpoint.name}: PRO-ACT records death alone; write one_sided = true"
    return None
