"""Judges generated chains by Python's cryptography (42 and newer): pyca.py PROGRAM [N]

PROGRAM --json N tells N chains with our answers. cryptography follows the CA/Browser Forum's rules, so it is compared with our profile
webpki, over chains in which only those twists were made that both sides know. A disagreement that LISTED does not explain is told and
makes the exit status 1; 77 says that nothing could be compared.
"""
import base64
import datetime
import ipaddress
import json
import subprocess
import sys

# Twists whose meaning is the same in both. The rest is other ground: CRLs, policies, mail, weak algorithms, our warnings.
COMMON = {
    "missing", "root_known_only", "root_absent", "extra", "same_name", "same_name_same_id", "cross_unknown", "loop", "expired",
    "not_yet", "last_second", "first_second", "length", "length_tight", "basic_none", "basic_false", "leaf_basic", "leaf_eku",
    "leaf_eku_none", "ask_client", "usage_no_sign", "san_wild", "san_wild_deep", "san_case", "san_ip", "san_ip6", "ask_other", "nc_dns",
    "spoilt", "unknown", "unknown_critical", "twice", "malformed_needed",
}

# (name, our answer, why, whether it explains this chain)
LISTED = [
    ("wildcard-constraint", None, "a wildcard is held against constraints by what it may stand for (RFC 5280 4.2.1.10)",
     lambda c: "nc_dns" in c["twists"] and bool({"san_wild", "san_wild_deep"} & set(c["twists"]))),
    ("empty-constraint", None, "an empty base is every name (RFC 5280 4.2.1.10)", lambda c: "nc_dns" in c["twists"]),
    ("leaf-purposes", "purpose", "CA/Browser Forum BR 7.1.2.7.6 wants an extended key usage, which they leave to the caller",
     lambda c: "leaf_eku_none" in c["twists"]),
    ("any-purpose", "purpose", "CA/Browser Forum BR 7.1.2.7.10 allows no anyExtendedKeyUsage", lambda c: "leaf_eku" in c["twists"]),
    ("unread-extension", None, "which extensions are read at all differs", lambda c: "malformed_needed" in c["twists"]),
]


def verification():
    """The module, or why there is none."""
    try:
        import cryptography
    except ImportError:
        return None, "no cryptography"
    if int(cryptography.__version__.split(".")[0]) < 42:
        return None, f"cryptography {cryptography.__version__} validates no paths, 42 does"
    from cryptography.x509 import verification as module
    return module, None


def is_common(chain, can_client):
    name = chain.get("name", {}).get("type")
    if chain["revocation"] or chain["policies"] or not set(chain["twists"]) <= COMMON:
        return False
    if chain["purpose"] == "clientAuth":
        return can_client and name is None
    return chain["purpose"] == "serverAuth" and name in ("dns", "ip")


def theirs(module, chain):
    """Does cryptography trust it?"""
    from cryptography import x509

    def load(texts):
        return [x509.load_der_x509_certificate(base64.b64decode(t)) for t in texts]

    try:
        leaf, = load(chain["leaf"])
        trusted, known = load(chain["trusted"]), load(chain["known"])
        if not trusted:
            return False
        when = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=chain["at"])
        builder = module.PolicyBuilder().store(module.Store(trusted)).time(when)
        if chain["purpose"] == "clientAuth":
            verifier = builder.build_client_verifier()
        elif chain["name"]["type"] == "ip":
            verifier = builder.build_server_verifier(x509.IPAddress(ipaddress.ip_address(chain["name"]["value"])))
        else:
            verifier = builder.build_server_verifier(x509.DNSName(chain["name"]["value"]))
        verifier.verify(leaf, known)
    except (module.VerificationError, ValueError):
        return False
    return True


def rule_for(chain):
    for name, ours, _, holds in LISTED:
        if (ours is None or chain["webpki"] == ours) and holds(chain):
            return name
    return None


def compare(module, lines):
    """Counts: agreed yes, agreed no, left out, by rule, unexplained."""
    can_client = hasattr(module.PolicyBuilder, "build_client_verifier")
    yes = no = out = unexplained = 0
    rules = {}
    for line in lines:
        chain = json.loads(line)
        if not is_common(chain, can_client):
            out += 1
            continue
        ours, other = chain["webpki"] == "yes", theirs(module, chain)
        if ours == other:
            yes, no = yes + ours, no + (not ours)
            continue
        rule = rule_for(chain)
        if rule:
            rules[rule] = rules.get(rule, 0) + 1
            continue
        unexplained += 1
        print(f"seed {chain['seed']}: ours {chain['webpki']}, theirs {'yes' if other else 'no'}: {' '.join(chain['twists'])}")
    return yes, no, out, rules, unexplained


def main():
    program, n = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    module, why = verification()
    if module is None:
        print(f"skipped: {why}")
        return 77
    with subprocess.Popen([program, str(n), "--json"], stdout=subprocess.PIPE, text=True) as run:
        yes, no, out, rules, unexplained = compare(module, run.stdout)
    if run.returncode != 0:
        print(f"{program}: exit status {run.returncode}")
        return 1
    for name, count in sorted(rules.items()):
        print(f"  {name:<24} {count:6}  {next(why for n, _, why, _ in LISTED if n == name)}")
    print(f"cryptography: {yes + no + sum(rules.values()) + unexplained} chains of common ground, {yes} agreed yes, {no} agreed no, "
          f"{sum(rules.values())} explained, {unexplained} unexplained, {out} left out")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
