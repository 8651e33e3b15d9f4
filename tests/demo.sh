#!/bin/bash
# A tour: a PKI from nothing to a verified TLS connection, in a new folder that stays for you to look at.
# bash tests/demo.sh [FOLDER]; `tests/run demo` builds catena first.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 1
program=$(readlink -f "${CATENA_BIN:-$here/build/catena}")
bold='' dim='' plain=''
if [ -z "${NO_COLOR:-}" ] && [ -t 1 ]; then
	bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

stop() {
	printf '\n%s\n' "demo: $*" >&2
	exit 1
}

title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
remark() { printf '%s%s%s\n' "$dim" "$*" "$plain"; }

# A command as one types it, then its result. It must succeed.
try() {
	remark "\$ $1"
	eval "$1" 2>&1 || stop "this should have worked: $1"
}

# refused STATUS WORDS COMMAND: it must fail with that exit status (any: some other than 0) and say these words.
refused() {
	local said got
	remark "\$ $3"
	said=$(eval "$3" 2>&1)
	got=$?
	printf '%s\n' "$said"
	[ "$got" != 0 ] || stop "this should have been refused: $3"
	[ "$1" = any ] || [ "$got" = "$1" ] || stop "exit status $got instead of $1: $3"
	grep -q "$2" <<<"$said" || stop "refused, but not because of '$2': $3"
	remark "(refused, as it should be: exit status $got)"
}

new_folder() {
	if [ $# = 0 ]; then
		mktemp -d "${TMPDIR:-/tmp}/catena-demo-XXXXXX"
	elif [ -e "$1" ] && [ -n "$(ls -A "$1")" ]; then
		echo "demo: $1 is not empty" >&2
		return 1
	else
		mkdir -p "$1" && cd "$1" && pwd
	fi
}

server=
stop_server() {
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null
		wait "$server" 2>/dev/null
	fi
	server=
}
trap stop_server EXIT
trap 'exit 130' INT TERM HUP

# serve CERTIFICATE: a TLS 1.3 server on a free port, which wants to see a client's certificate; sets port.
serve() {
	local i command="(cd site && exec openssl s_server -accept 127.0.0.1:0 -tls1_3 -WWW \\
      -cert ../$1.crt -key ../$1.key -cert_chain ../$2 \\
      -Verify 1 -verify_return_error -CAfile ../root.crt \\
      -crl_check -CRL ../pki/public/issuing.crl) >server.log 2>&1 &"
	stop_server
	: >server.log
	remark "\$ $command"
	eval "$command"
	server=$!
	port=
	for ((i = 0; i < 200 && ${#port} == 0; i++)); do
		sleep 0.05
		port=$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' server.log)
		kill -0 "$server" 2>/dev/null || break
	done
	[ -n "$port" ] || stop "the TLS server did not start: $(cat server.log)"
	echo "listening on 127.0.0.1:$port"
}

# client NAME [OPTION...]: openssl's client asks the server, which must be called NAME, for a page. A TLS 1.3 client is done
# before the server has judged its certificate, so it stays (-quiet) until the server hangs up: only an answer says that it got through.
client() {
	local name=$1
	shift
	printf '%s' "timeout 10 openssl s_client -connect 127.0.0.1:$port -tls1_3 -quiet -verify_quiet \\
      -CAfile root.crt -verify_return_error -servername $name -verify_hostname $name${*:+ \\
      $*} <request"
}

[ -x "$program" ] || stop "no program at $program: tests/run build"
command -v openssl >/dev/null || stop "the demo needs the openssl program: tests/run deps"
folder=$(new_folder "$@") || exit 1
cd "$folder" || exit 1
mkdir bin site && ln -s "$program" bin/catena || exit 1
PATH=$folder/bin:$PATH
export PATH CURL_HOME=$folder
unset CATENA_HOME CREDENTIALS_DIRECTORY XDG_DATA_HOME http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY

greeting='Hello from the inside.'
echo "$greeting" >site/hello.txt
printf 'GET /hello.txt HTTP/1.0\r\n\r\n' >request
web=web.internal.example app=app.internal.example
mine="-cert $app.crt -key $app.key -cert_chain issuing.crt"

echo "Everything happens in $folder"

title "1. A home: a root, an issuing authority below it, and starting policies"
try "(umask 077 && openssl rand -base64 24 >passphrase)"
try "export CATENA_HOME=\$PWD/pki"
try "catena init --org Example --domain internal.example --passphrase-file passphrase"
try "catena ca list"
try "catena ca export root >root.crt && catena ca export issuing >issuing.crt"

title "2. A certificate for a server, and one for a client"
try "catena issue server $web 127.0.0.1 --passphrase-file passphrase"
try "catena issue client $app --passphrase-file passphrase"

title "3. What the policy does not allow is refused, and it says why"
refused 1 names.dns "catena issue server www.example.com --passphrase-file passphrase"
refused 1 names.dns "catena policy explain server www.example.com"

title "4. A TLS server that lets in only whom the root vouches for"
serve $web issuing.crt

title "5. With its certificate the client gets in"
try "$(client $web "$mine") | tee answer"
grep -q "$greeting" answer || stop "the client had no answer"
if command -v curl >/dev/null; then
	try "curl -sS --cacert root.crt --cert $app.chain.crt --key $app.key https://127.0.0.1:$port/hello.txt | tee answer"
	grep -q "$greeting" answer || stop "curl had no answer"
fi

title "6. Without one it does not"
refused 1 "alert certificate required" "$(client $web)"
grep -q "peer did not return a certificate" server.log || stop "the server did not miss the certificate"
if command -v curl >/dev/null; then
	refused any "alert certificate required" "curl -sS --cacert root.crt https://127.0.0.1:$port/hello.txt"
fi

title "7. The client turns away from a server of another name"
refused 1 "hostname mismatch" "$(client db.internal.example "$mine")"

title "8. And from one that another authority made, although the name is right"
try "catena -C other init --org Example --domain internal.example --no-passphrase"
try "catena -C other ca export issuing >other-issuing.crt && mkdir -p impostor"
try "catena -C other issue server $web --out impostor"
serve impostor/$web other-issuing.crt
refused 1 "unable to get local issuer certificate" "$(client $web "$mine")"

title "9. The client's key was stolen: it is revoked, and the next CRL shuts it out"
try "catena revoke $app --reason keyCompromise --passphrase-file passphrase"
serve $web issuing.crt
refused 1 "alert certificate revoked" "$(client $web "$mine")"
grep -q "certificate revoked" server.log || stop "the server did not see the revocation"
stop_server

title "10. Is a certificate trusted, and if not, what mends it?"
try "catena verify $web.chain.crt --host $web --explain"
refused 1 "keyCompromise" "catena verify $app.chain.crt --explain"
refused 1 "try: it is in the home: --untrusted" "catena verify $web.crt --trust root.crt --revocation off"

title "11. Nothing is forgotten, and nothing can be changed unseen"
try "catena list"
try "catena history $app"
try "catena log verify"
if command -v sqlite3 >/dev/null; then
	try "cp -r pki changed && sqlite3 changed/catena.db \"UPDATE certificate SET owner = 'mallory'\""
	refused 1 "something was changed" "catena -C changed log verify"
fi

title "Done. The folder is yours: $folder"
cat <<END_OF_TOUR
Try next:
  cd $(printf %q "$folder"); export PATH=\$PWD/bin:\$PATH CATENA_HOME=\$PWD/pki
  catena policy explain server db.internal.example   a decision, rule by rule, before it is made
  catena inspect $web.crt            what is in a certificate
  catena rekey $web --force --passphrase-file passphrase
                                                     a new key and new dates for the same names
  less pki/policies/server.yaml                      change what may be issued
  catena help                                        everything else
When you have seen enough: rm -r $(printf %q "$folder")
END_OF_TOUR
