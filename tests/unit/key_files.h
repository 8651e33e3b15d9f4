/* Private keys as the openssl command (3.0) writes them; encrypted under "secret". Made for these tests, used nowhere else. */
#ifndef TESTS_KEY_FILES_H
#define TESTS_KEY_FILES_H

#include <stdbool.h>

struct key_file {
	const char *form, *word, *text;
	bool encrypted;
};

static const struct key_file key_files[] = {
	{ "ec.p8", "ecdsa-p256",
	    "-----BEGIN PRIVATE KEY-----\n"
	    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7Cm6ZZEb+vb64DQu\n"
	    "dPbwhD1WOII9/MVcaHipZmdieeuhRANCAAQXohy/Snr/NBglLx4RlJojyU6Wo9Iy\n"
	    "0mv7hquzjpPycKorC/ZzuEED9B32vUdJ1hcYB8bRxcilmU2xNGWNq9tu\n"
	    "-----END PRIVATE KEY-----\n",
	    false },
	{ "ec.aes-256-cbc.enc", "ecdsa-p256",
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhWNvah98zCyQICCAAw\n"
	    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMWl2545qnYe5QRjCBHL5TEEgZDk\n"
	    "+kMztH/zu52uyCQdm4PtCOIGBn0YFahYMbg1tWo1lwYxwcIYe3YD7t/xmwwO5M/y\n"
	    "E8eCFqxvMBkuKDz0cFwv6k7F9hv8pbiz+2LOdqRRQ75eQk65j7tSRgUevwvooIzn\n"
	    "vRKipM7gW67c057Zvlc9OUbtm89q8tKZmMi4dTzh0x6jEBOpAbA6YW0EhT3heCk=\n"
	    "-----END ENCRYPTED PRIVATE KEY-----\n",
	    true },
	{ "ec.des3.enc", "ecdsa-p256",
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	    "MIHjME4GCSqGSIb3DQEFDTBBMCkGCSqGSIb3DQEFDDAcBAgTMUmBcvr6RgICCAAw\n"
	    "DAYIKoZIhvcNAgkFADAUBggqhkiG9w0DBwQIHxUF0zJdbn4EgZDyG4Ic6gzfUWwc\n"
	    "VK91+++Pu9SJ1LPgAqPSFWmwNzm98RimbKvUKiE0ZrxEJkyDDW9ItcjFp64fHCV5\n"
	    "xAW64TSEbeADFGC09exboYHY04mzPH352Yif9sks3jBLgCVw5IvPT1GE0Nj0Hdw/\n"
	    "ejgE44DAqNxeZgAPYeSoaUfDzP+ltXLVBkCdGyQCE6Kcl4wtlf8=\n"
	    "-----END ENCRYPTED PRIVATE KEY-----\n",
	    true },
	{ "ec.scrypt.enc", "ecdsa-p256",
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	    "MIHkME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAghznl6z1267AICQAAC\n"
	    "AQgCAQEwHQYJYIZIAWUDBAEqBBD2ZPMdRq4cRqrdEnjZfgdYBIGQRDRrXREolPLs\n"
	    "S/HjodBpGf170nZGnCERKOA7YjnLFXjvoEjunwdQkQJju0ReeqlogHW4nLUXSyMS\n"
	    "cj1mX2ucHgI6wBcOYOmO8JccIPHoqDsadvfsjrPIelmj1YW9/sdfzLTNckDbVF/Y\n"
	    "QwDNwKyXqKnDpx5Zn/Ps2ifxvCR217h+XIqSTKbieIzZEjOS2fTL\n"
	    "-----END ENCRYPTED PRIVATE KEY-----\n",
	    true },
	{ "ec.trad", "ecdsa-p256",
	    "-----BEGIN EC PRIVATE KEY-----\n"
	    "MHcCAQEEIOwpumWRG/r2+uA0LnT28IQ9VjiCPfzFXGh4qWZnYnnroAoGCCqGSM49\n"
	    "AwEHoUQDQgAEF6Icv0p6/zQYJS8eEZSaI8lOlqPSMtJr+4ars46T8nCqKwv2c7hB\n"
	    "A/Qd9r1HSdYXGAfG0cXIpZlNsTRljavbbg==\n"
	    "-----END EC PRIVATE KEY-----\n",
	    false },
	{ "ec.aes128.trad.enc", "ecdsa-p256",
	    "-----BEGIN EC PRIVATE KEY-----\n"
	    "Proc-Type: 4,ENCRYPTED\n"
	    "DEK-Info: AES-128-CBC,7FB840938316D2F7D9308787834C6260\n"
	    "\n"
	    "qWQtu9NLFd/zrLLvxZN2vcjJkwP61W3HFhDL3r61lsfk702f9JgbDQiiDeqEhAjs\n"
	    "RbixR4NiYrUBlaTJaD0NZf7idkVSoAoZDT6DruCaxONIN4GkwveFe5/jIXkLx5r9\n"
	    "PwFIwnUNCeri0NFM+UA9xRQYauKfAGWgeHVR7yeLyDU=\n"
	    "-----END EC PRIVATE KEY-----\n",
	    true },
	{ "ec.des3.trad.enc", "ecdsa-p256",
	    "-----BEGIN EC PRIVATE KEY-----\n"
	    "Proc-Type: 4,ENCRYPTED\n"
	    "DEK-Info: DES-EDE3-CBC,9FEC046900673C04\n"
	    "\n"
	    "plwx7lhpuuUTrxsU9+VSo0ekdBnlieD+VVrtzUinapc28mIfKd/nukMhLaCWtqnR\n"
	    "mJQnKxBZMWEbAyJzfx5JNHzSr2nNWhrvDViULZK52o9Qm2cllUQzv5iHxh0sBBAX\n"
	    "qnHHrRqKI5DrphBJXD5jyOuDYfBGRKRdHUKRAG+SkP0=\n"
	    "-----END EC PRIVATE KEY-----\n",
	    true },
	{ "ec.nopub.trad", "ecdsa-p256",
	    "-----BEGIN EC PRIVATE KEY-----\n"
	    "MDECAQEEIOwpumWRG/r2+uA0LnT28IQ9VjiCPfzFXGh4qWZnYnnroAoGCCqGSM49\n"
	    "AwEH\n"
	    "-----END EC PRIVATE KEY-----\n",
	    false },
	{ "ec.comp.p8", "ecdsa-p256",
	    "-----BEGIN PRIVATE KEY-----\n"
	    "MGcCAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcETTBLAgEBBCDsKbplkRv69vrgNC50\n"
	    "9vCEPVY4gj38xVxoeKlmZ2J566EkAyIAAheiHL9Kev80GCUvHhGUmiPJTpaj0jLS\n"
	    "a/uGq7OOk/Jw\n"
	    "-----END PRIVATE KEY-----\n",
	    false },
	{ "ecparam.trad", "ecdsa-p384",
	    "-----BEGIN EC PARAMETERS-----\n"
	    "BgUrgQQAIg==\n"
	    "-----END EC PARAMETERS-----\n"
	    "-----BEGIN EC PRIVATE KEY-----\n"
	    "MIGkAgEBBDCUpfA6Qcc88+u50dL5lWX9wt7N0S4P27S2zqicTVydVNl9j3IozfL2\n"
	    "HqJxQYPBvXKgBwYFK4EEACKhZANiAARWsz0gr03/ZRhXYwJC6Jp+Mwz/7Odun8VO\n"
	    "NwAwIHUKTqsCQX8pJlCdc9yI6O560mU7UJ2yEyc/yxWXc5M49n3pbkcRa8+g7u1A\n"
	    "K7xmhIZa/o4y7AMvnjx6Q5f8bsnbU9Y=\n"
	    "-----END EC PRIVATE KEY-----\n",
	    false },
	{ "ed25519.p8", "ed25519",
	    "-----BEGIN PRIVATE KEY-----\n"
	    "MC4CAQAwBQYDK2VwBCIEILuIkPa4WB7ByQ8SGqahJjNNNQb3qJMYammse+j3S/VG\n"
	    "-----END PRIVATE KEY-----\n",
	    false },
	{ "ed25519.aes-128-cbc.enc", "ed25519",
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiPQ0Fq+M/NEwICCAAw\n"
	    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEAtJ+jxiuOh6Ko/DNrRlfNIEQC4y\n"
	    "MfZDxVYlMFEH4xtziTZsDNU7I8jp0G2JxkEJpUQenzjnKqaCn052gZZsr5KrTS+C\n"
	    "YxXbE5PQp1QKTLcZMF4=\n"
	    "-----END ENCRYPTED PRIVATE KEY-----\n",
	    true },
	{ "ed448.p8", "ed448",
	    "-----BEGIN PRIVATE KEY-----\n"
	    "MEcCAQAwBQYDK2VxBDsEOVBsWSwpfnMUOFh+EdwIKQuww3GMYyV6YhHiX57XCWUM\n"
	    "D3dyBKlZ2LyMQQQCAxykJfLGlEmwcX33tw==\n"
	    "-----END PRIVATE KEY-----\n",
	    false },
	{ "rsa.p8", "rsa-2048",
	    "-----BEGIN PRIVATE KEY-----\n"
	    "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDIdKP9toDhb59h\n"
	    "/a5HMDUNCMkVZdVbS873qoXoVEjaEbH2uh5lSjmNqA/eWsiStZKgikMzhXwJXK3y\n"
	    "xankFin3JHDmDnHWjAFhmWeLunO5QA14P5EqLBhrHMXBxRh5n0oZOrQzQO/Hcl1H\n"
	    "Pyqg/qTYdFGbuUEO68QmvC/qocGgqUAMXFkHJAkZWI7u5yaNKOLjUj6HfDFRYdJz\n"
	    "v4rnJ/JphMIxQN6GiKJHlBYAKEUTuqH9/Ue0mawfXRRJdaflVYUX34H38XH1xAB1\n"
	    "ZopaJmIT4FTbuzuP/jIKsAS15zMxTxB3EX373XLDQJtFIes8dV01kI2TkQs18Hv2\n"
	    "m6k8yRPFAgMBAAECggEACV1W8pmzEv+5ohn4KVU5ipQC04rAA+raZBGa/eE/d13k\n"
	    "7XzWbK73WgR5m/lWbhwoxHKRHyK49QsCXq7DTWeHqwcQddRDlzKlNzUJHwBP5bNL\n"
	    "WHcdG1ZCBxxUqhpra/XNarj7sCVJeQzWX2dhC3JkqxlhXUqzR7TV+LqelnHbb4ZD\n"
	    "bJ+A5O6vsEYQ6Am3tNUCqzPso4rLsR5iHChbHJ13O86c9ZNNCZoTSX2SbkUCnDCI\n"
	    "vPQ6ZtGpeu6XXJ9jPDBZxWX6SOa/m71Qw6iHCwIIxd5lHAFxxBNydU5zxr/JwSqO\n"
	    "PwQrIYfTLUJbgfTGKykM/7HHJjcGDMzG80sSsgVjBQKBgQDzmSDcISXtdQD+8s++\n"
	    "o7Ym5tCB2UNulV39KICbvbVBAjn8Nn4eIJESL4JR2wo8+nvxHBKo5ZmArRo8zd0a\n"
	    "87/onfiazRo6c47qqUpOLGtmF45bUiKIzHL9RQVNJMJEaHQIFaoQNLfR6mpz8FlM\n"
	    "5Q42W/J6FQqwbMHkoLNIOtgIewKBgQDSqTm+lUGIdKyjoB5zbsDmY5T0KWCnNFuj\n"
	    "IrzHjxM3v9MrFOkNMUfJUpyEaoIn/qvXhwCb7xNR/6zeSx7R0mAEg4LCW/KSaaGM\n"
	    "AK3xzO0WeMCniKiFQwnIJkbuGD8BmgiKU1J1BZU49nmcncFx8pLB5I/RqYtEB5Kr\n"
	    "u01qB7RAvwKBgBjhnS+e2ybj+pQP7RRF2IcksEtzC6Yx74W6K1i9CdR4C8AtOLiP\n"
	    "DwJSg/ckbmlIFHzOJ0HFIea4x6NKS7lDCGkUKZ52MKWjxAdH/2T4uIeXBF1jiE98\n"
	    "wooIEMCObqFaIe/pdpNtLxFr5i+tbxGhm9AFmEDMAWl/0lYt6+IG0KYdAoGAC9d/\n"
	    "a3swZ99HJRuHGq4LIehPIzqAOGX1EMKPIhik1+lskWtnflpa0rJWIgtqrZzfRApO\n"
	    "unVB/MYGjahjXyAYTaim3Q4WIKzXa+tN293NJgo7qi9Aad1O23VrX071m71w5XWx\n"
	    "mOprbPxN8cPcb+9W2JdkjkCdl4FleUnaHC+6rjkCgYB4ubABwlcw5DvbySFJhDAi\n"
	    "ilJ7V1aEnxSRzn3VmoMvyc5IIVVhXMtDxfcH2lTOVkdaNSyMA1xqFPAhixcASDKT\n"
	    "GQo3FiP3PVjIJ3m4onCVM4MBLR3MdQu3IZCDQX/daZFjcO8hW7lH2C6By1yIILCQ\n"
	    "zuf2REd1BjR3A9wPDbAK7Q==\n"
	    "-----END PRIVATE KEY-----\n",
	    false },
	{ "rsa.trad", "rsa-2048",
	    "-----BEGIN RSA PRIVATE KEY-----\n"
	    "MIIEogIBAAKCAQEAyHSj/baA4W+fYf2uRzA1DQjJFWXVW0vO96qF6FRI2hGx9roe\n"
	    "ZUo5jagP3lrIkrWSoIpDM4V8CVyt8sWp5BYp9yRw5g5x1owBYZlni7pzuUANeD+R\n"
	    "KiwYaxzFwcUYeZ9KGTq0M0Dvx3JdRz8qoP6k2HRRm7lBDuvEJrwv6qHBoKlADFxZ\n"
	    "ByQJGViO7ucmjSji41I+h3wxUWHSc7+K5yfyaYTCMUDehoiiR5QWAChFE7qh/f1H\n"
	    "tJmsH10USXWn5VWFF9+B9/Fx9cQAdWaKWiZiE+BU27s7j/4yCrAEteczMU8QdxF9\n"
	    "+91yw0CbRSHrPHVdNZCNk5ELNfB79pupPMkTxQIDAQABAoIBAAldVvKZsxL/uaIZ\n"
	    "+ClVOYqUAtOKwAPq2mQRmv3hP3dd5O181myu91oEeZv5Vm4cKMRykR8iuPULAl6u\n"
	    "w01nh6sHEHXUQ5cypTc1CR8AT+WzS1h3HRtWQgccVKoaa2v1zWq4+7AlSXkM1l9n\n"
	    "YQtyZKsZYV1Ks0e01fi6npZx22+GQ2yfgOTur7BGEOgJt7TVAqsz7KOKy7EeYhwo\n"
	    "WxyddzvOnPWTTQmaE0l9km5FApwwiLz0OmbRqXrul1yfYzwwWcVl+kjmv5u9UMOo\n"
	    "hwsCCMXeZRwBccQTcnVOc8a/ycEqjj8EKyGH0y1CW4H0xispDP+xxyY3BgzMxvNL\n"
	    "ErIFYwUCgYEA85kg3CEl7XUA/vLPvqO2JubQgdlDbpVd/SiAm721QQI5/DZ+HiCR\n"
	    "Ei+CUdsKPPp78RwSqOWZgK0aPM3dGvO/6J34ms0aOnOO6qlKTixrZheOW1IiiMxy\n"
	    "/UUFTSTCRGh0CBWqEDS30epqc/BZTOUONlvyehUKsGzB5KCzSDrYCHsCgYEA0qk5\n"
	    "vpVBiHSso6Aec27A5mOU9ClgpzRboyK8x48TN7/TKxTpDTFHyVKchGqCJ/6r14cA\n"
	    "m+8TUf+s3kse0dJgBIOCwlvykmmhjACt8cztFnjAp4iohUMJyCZG7hg/AZoIilNS\n"
	    "dQWVOPZ5nJ3BcfKSweSP0amLRAeSq7tNage0QL8CgYAY4Z0vntsm4/qUD+0URdiH\n"
	    "JLBLcwumMe+FuitYvQnUeAvALTi4jw8CUoP3JG5pSBR8zidBxSHmuMejSku5Qwhp\n"
	    "FCmedjClo8QHR/9k+LiHlwRdY4hPfMKKCBDAjm6hWiHv6XaTbS8Ra+YvrW8RoZvQ\n"
	    "BZhAzAFpf9JWLeviBtCmHQKBgAvXf2t7MGffRyUbhxquCyHoTyM6gDhl9RDCjyIY\n"
	    "pNfpbJFrZ35aWtKyViILaq2c30QKTrp1QfzGBo2oY18gGE2opt0OFiCs12vrTdvd\n"
	    "zSYKO6ovQGndTtt1a19O9Zu9cOV1sZjqa2z8TfHD3G/vVtiXZI5AnZeBZXlJ2hwv\n"
	    "uq45AoGAeLmwAcJXMOQ728khSYQwIopSe1dWhJ8Ukc591ZqDL8nOSCFVYVzLQ8X3\n"
	    "B9pUzlZHWjUsjANcahTwIYsXAEgykxkKNxYj9z1YyCd5uKJwlTODAS0dzHULtyGQ\n"
	    "g0F/3WmRY3DvIVu5R9gugctciCCwkM7n9kRHdQY0dwPcDw2wCu0=\n"
	    "-----END RSA PRIVATE KEY-----\n",
	    false },
	{ "rsa.aes256.trad.enc", "rsa-2048",
	    "-----BEGIN RSA PRIVATE KEY-----\n"
	    "Proc-Type: 4,ENCRYPTED\n"
	    "DEK-Info: AES-256-CBC,04460F508CEE3E5C958FC9855606C771\n"
	    "\n"
	    "PBbq1G1sZOBAyveJau/xiIanmm+fvbgDWDAuYMNRisVG55PR0AFdBfnlZ1haXZTx\n"
	    "5tfjgVVpTKMVgxs3JQh0Xc7eD6I3v3vPUrRZu/v/79UWtAb/0M6Y38gqUCCavmW7\n"
	    "iFI9sT0mux4jPw/e59E9uWCCY6lCnRIcKy7L95xP3RvV2veAGF8BofBItirczmgk\n"
	    "o8N2IjErRwN+46iwIfqaObDyMzKxsXVLQZ5NfaAO7ft0L1YBIXFB0TZz0iNO0nrZ\n"
	    "YRPwYpaB7CHTQ5EScZmKHa0G2h4F+E4EygyCdTVkuMQEcuAH8rNLFj0Ho68ULzDX\n"
	    "aX81GzIrb0ueOITL19iJhsHr+W+1dDqIyXITIrys8bIauTZvzygr5t/JV2ayCaCg\n"
	    "brkNxypXfsuhHMS1jxX04DT4jqDjFiGaDEWuJgR8+Zh+lsLYXBRuBg9OoBDX3Gss\n"
	    "1sf5XST3CdGXT5DEGSzdkaqyG8A9sWLFLDNDA1q3zuF4aqxcHfmh9coPFxmoR4SS\n"
	    "bk6cOpXWfiORiZUSQ82SIql+TL0HH+oIlh66m9FTiA3pAKIMcOQ1/x6EcRSSY9pv\n"
	    "EB+mX6k8zAGcZVWXntk/qJp9cw38hAnpygTjTtPXr307bvhM267dGcJJEgn2nlll\n"
	    "8cvfbNqEOPYW+Rb/RCtQRtGNQNOkxTkaKNbTsBPaJfra4wCFS+AT0y0l5gcZ+xpt\n"
	    "fiRqzNDFUIs1qJu8wwQHjfpsMtcm/HpzNyQVB41D54t0Vn31Y4/mbTGmIWN8tMkk\n"
	    "0aQjm+OM4WSuWHJs+tD3X5oyhUfMvo6x3exaVqvBU9J/eD+UX5+8zr+FwfXILEo0\n"
	    "aqu8DKd+zFP38BEwqQSFV9LF6CJJWu8ajC+VXkGJvEcafQSssY838eM+4BU2DOlb\n"
	    "D7YL5kAcbx6lw0R9eg8/AurlQ9V+Oi+P0m7zauUraW1kj8eEm9IKyy4VuQuzpzzh\n"
	    "eD4inSlfZdx92ey7jYlsLX3QzH74qmW5OK2ra4hP4SLFnBma+KcwwONWtICTDlMJ\n"
	    "8rCMnr4h72pUM/N8efNdmPZBX+0AnHiMfKgEUKMdchd4arhFy8Qwo0fMoYw7YN91\n"
	    "AVar9/MC75hlmA/TdGn+gJlLaregnokRBkwr1LEEm3AqbFFuWPkCyK2bcP7cx+tr\n"
	    "pZzKXEqzccpdbvv8/8cOBj7Jqh2UcMk8xlPcdr7dN3e3VLVbdhChJbMs06AJYxVe\n"
	    "oER7ti4+Xv44s5jjAi5uyJXWuOymPtlNALa190tFTX7kWuRIx4s5AMyHwnkJ+Gio\n"
	    "G5bd8seZVMc6Yztboqpb90NY+U71xWYwdKXSa8wk4S9dvmaBbXNCWNwwSZ+dBf7a\n"
	    "6ZTbGkGbbPX2igsjZ4hIB83FAP0yko3yQX3cn8l0n1DOBANcGHkn+GMyKwg0XoKf\n"
	    "Ge42LOo4EVTpcQ7p5HR6jjkD4d/KrkBEJsNG7uG2jjyJ6lBiayrF0lhpCFVjCJPn\n"
	    "5WYmY9JFqGFKNYA/GjXvutvRfazlRVm/yi5uZIdcQfv4eafgEGH+lUaUAwV8IuSN\n"
	    "++O5VrKb+2vPIokQFAePYpHsP+f+9Ahar9Yf5bo1WUMJR62cIgm1QbwBMrBXbvqb\n"
	    "-----END RSA PRIVATE KEY-----\n",
	    true },
};

struct refused_file {
	const char *text, *why;
};

static const struct refused_file refused_files[] = {
	{ "-----BEGIN PRIVATE KEY-----\n"
	  "MIIBeQIBADCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAAB\n"
	  "AAAAAAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA\n"
	  "///////////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMV\n"
	  "AMSdNgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg\n"
	  "9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8A\n"
	  "AAAA//////////+85vqtpxeehPO5ysL8YyVRAgEBBG0wawIBAQQg2ePUPJUVY1DY\n"
	  "lLu/it1DleqvQFuMKBLjBCs3fxv6usqhRANCAARi9pwutJQ4F7RIO/T1QqBG9OD8\n"
	  "CI6j4l6T+6VjS3f7xwx7BexJuUhGCzwmAoZ/OVBNI9qK/t9YCrfyaMGkSQkT\n"
	  "-----END PRIVATE KEY-----\n",
	    "EC private key with its parameters spelt out; only named curves are accepted" },
	{ "-----BEGIN EC PARAMETERS-----\n"
	  "MIH3AgEBMCwGByqGSM49AQECIQD/////AAAAAQAAAAAAAAAAAAAAAP//////////\n"
	  "/////zBbBCD/////AAAAAQAAAAAAAAAAAAAAAP///////////////AQgWsY12Ko6\n"
	  "k+ez671VdpiGvGUdBrDMU7D2O848PifSYEsDFQDEnTYIhucEk2pmeOETnSa3gZ9+\n"
	  "kARBBGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tK\n"
	  "fA+eFivOM1drMV7Oy7ZAaDe/UfUCIQD/////AAAAAP//////////vOb6racXnoTz\n"
	  "ucrC/GMlUQIBAQ==\n"
	  "-----END EC PARAMETERS-----\n"
	  "-----BEGIN EC PRIVATE KEY-----\n"
	  "MIIBaAIBAQQgdKH5qgA12fWzI4HeHUnNfRFLUBAxjITlqE3Y7RYoc+qggfowgfcC\n"
	  "AQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////\n"
	  "MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57Pr\n"
	  "vVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEE\n"
	  "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54W\n"
	  "K84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8\n"
	  "YyVRAgEBoUQDQgAEV8y4pFDAEtBxAxwzgON/MxPc4JkJioCsQnZK4TxplSLOKCaW\n"
	  "RAWDx4BJnhRZlUK+PDspexE+uX6PWDJQ3FFlXQ==\n"
	  "-----END EC PRIVATE KEY-----\n",
	    "EC private key with its parameters spelt out; only named curves are accepted" },
	{ "-----BEGIN EC PRIVATE KEY-----\n"
	  "MHQCAQEEIKyPuBq6upYrCdLGUkG8z52V948Du+/xGz2TK//nJoOCoAcGBSuBBAAK\n"
	  "oUQDQgAExgMTvHk12O2JhPmSE6bZopau6LQzpcbTPGbzutiRblfx8aborGxnKJvf\n"
	  "qzPcP3swcHG891wN33RIhDZ3ycxfYg==\n"
	  "-----END EC PRIVATE KEY-----\n",
	    "EC private key on a curve other than P-256, P-384, P-521" },
	{ "-----BEGIN PRIVATE KEY-----\n"
	  "MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAPd5SfPUCKVHUK2m\n"
	  "wY+p/akm67Jx+7h2Umbl23aQHKp+wc1I3a+y6YUAmdKD9NmFJVQNvedbskhEk2Py\n"
	  "+7hmgdx/Mm6zNjDsSt+aneVS7knnaRWRDcLgKNwVQQPFAlPou3emzeBuiZLn6aCC\n"
	  "y55rjtYgK8XcYLhdVRwR0ankGdfhAgMBAAECgYEA9ICDDkJZYGJ7VXZCGxzKn4ry\n"
	  "p9Vx7CgK9dr338Y2bETcWWQ6ktLjYSLc117EVPz1inwhOioglMIcFU4GYYP1m+E6\n"
	  "GXFdj0ApSnjX556PhDwh9yw+yRKvQ5vdLpyAyEmtQpeQriaxBatARDYgixPXP621\n"
	  "DSqdA8C0TP2oryAdmaECQQD8i25jnj7UhKxyp6uipOQlEBTKDLmKP5zqR+UBUxX2\n"
	  "oq69l3A9QfNhrT9/PV/GwlpVYHSOY5WYFOxjfz4L+u2NAkEA+twYqOMaO0q1XZyR\n"
	  "9NS2tTyMGpGmBYQSO+JAEkMbJMjdQt5wSjT777I9a+HN/ou1ZLEZ8FVnakrcw8ik\n"
	  "B9SspQJBAIA7WDDzABoux9Vr98WdDk8XbEbv0SI2jLmVCd3zTzqtfia8h3xDSY52\n"
	  "RsCX7FLjCrVBRc2rGSFgtmsLB/lTT10CQAijpdHDKHccRoy3xKsK3FP3htevZmlQ\n"
	  "OBSJ4Sz/1KJ6rGwOHw3fL0H9AHKDr0Vx6EhUdRE6z7nwZBP2B/ghEeUCQQDZtT43\n"
	  "Umo/4rRsEkMHVv4DsdvGbq3NJkZry0BduasOoSMwDnYq/j4+wSWe1hVlCjwdEQLv\n"
	  "24J0m+ckQE8mD8jU\n"
	  "-----END PRIVATE KEY-----\n",
	    "RSA private key of 1024 bits; 2048 to 16384 are accepted" },
	{ "-----BEGIN PRIVATE KEY-----\n"
	  "MC4CAQAwBQYDK2VuBCIEIPi5M7E+CFFM6qIERKlpTv+6mnhiHTKPT8UurE3nqYpF\n"
	  "-----END PRIVATE KEY-----\n",
	    "private key of an algorithm that is not used here" },
	{ "-----BEGIN PRIVATE KEY-----\n"
	  "MIIE8wIBADANBgkqhkiG9w0BAQEFAASCBN0wggTZAgEBAoIBAQC2No1TbZOylsUb\n"
	  "ebe/GML7g0iHq4ct1fLvWpdo03d1EU8oEsbMrnctToXBujMFsYdvqP4moVxPm0ai\n"
	  "mAMVTI+PHh4uxyhEfpu17UMOF/8XTUjtw+GsIGLPLyFP7Dv2yESC1DEkG9eRBB7L\n"
	  "6yGQFQg/aemTu4zA86TXMLifFOBR9jRv57zDIGm4nJmOmu7VRPkZLQOLWzq/jmAa\n"
	  "3e4QsqayPVvHirBOQ7rSmNiToqMsa+3vTiVkbyrLzqMMaMSTyQQdJjClAPNearpe\n"
	  "r9crOzn/906fQSWM/EZ8Ot231+8OYeis04IUr+kIm/EZD4bCPJLDWs7IFyig4/Sf\n"
	  "flKprM/9AgMBAAECggEAcNPkvQU8ELjFQpcjDUSC8ATB86hl4x749/dLjBBthuL5\n"
	  "9eFykilyCG736hanI15jc+PbxAXkyDJpEaM5PYYT2tYWcHbH22ned098VwzK2x3z\n"
	  "C69gXNkTslNGJ8rCsS1YggOZ2kOW56H3+3AHqeYF+bcRYJTzvg2ibMWBt+n7Blxf\n"
	  "SlwhVq6TGt6T8HrQegS7uKgl5iDbYDHv+YT112ya1tn6Qz3FYLIIEq3nmCthhbR7\n"
	  "qdUQDjaBbXKNj4XShbhpHFLyNEKbmurSmj23bJMrLCBjH116a5naAIFtJcOKwlN1\n"
	  "Zs26SHtx8ryI/uWFTdugLegyy3bezmDkcx4TG6VAUQJWB9gliQ/ApeD8UAkZ1762\n"
	  "L151fyhvxRd6Rf5ggDi+Gq3eyi3Ern2E439vmk+2z0xHdovx7F8JueJCS3neCCOX\n"
	  "qb2wZxB+kzdFcGmFZmCjw6uhf8351qUCVgcuFRdatbJtPxlSw9wyR+tsCMUTtKzN\n"
	  "Rwm/4IWHWZMXqQEBXCm9TBZAD1O4z2gc9TtBP+g3FY6v1Fi1v0kDkyYd9pWr+s3n\n"
	  "WvwwoUX9dT/AfWz0TkqLAlYEWl36AVPWuVNK1sIQhzRydOie98GOjci8rry+ar6T\n"
	  "74iCiYNrkRv9Yup7p2C7CIlfr6lAkjzDeltvpuEfgyDWgP0zNGQJLdLK3sO4XEiE\n"
	  "fOnSEmtiQQJWBsmXgqZr0arY1ZWaNhUKTBGrELMaP6knGJ5dH53eHeFmEN86QvMC\n"
	  "dJ5GXvz8hQ2q/kMmqN058dNiSCI4HEvW1VfJ/Z/AztmA95r5OnLqXkQXzeH+CRUC\n"
	  "VgMH9rYgATmYKegqoIZR5tuIPI4Wi4LwAb2OrJVrvCr10Zm0t1307/LRX2CwiyeF\n"
	  "HNh0MxJznj9/pm0wR9LnYp08nki/fXpyVPd6YAhjjlD2OW9uD+WNMIIBDDCCAQgC\n"
	  "VgM8NRWJUVG5OBPuekJfvB6NjWuL5X4s1hWzVf34llaDPWRGEzYBCE+PA764k3VQ\n"
	  "Dz5mc+p8jTxhITSz/hdyXvGVSX5/bYlyMsROgHwUNu/NMUW1JHmLAlYCYRcRPaoG\n"
	  "llc9oVdc1Rd+yM/G1l3zC3pu/zMw0s+N1Hsj8b1TLDM2f5FbhFc+IaD0XVjGjM86\n"
	  "JpzLK8yk5cIZnZctZv3h5ZCcerdXiW5VseyYvX2TvQJWAeI+e558XYjJJe9hiUUp\n"
	  "mQkoOdwDlcwT5CYeB3hR1CpeWvDcVhiLTe9zr3Wl/nVrM512V7CawshYaDNI5KOY\n"
	  "f/7nKzzKN12u0mqLYhTh4yeAJtEscNM=\n"
	  "-----END PRIVATE KEY-----\n",
	    "RSA private key of more than two primes" },
	{ "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	  "MIGxMBwGCiqGSIb3DQEMAQMwDgQII3ngAEnwTPYCAggABIGQhnr2vzB2+pXs/WFd\n"
	  "OwXoQyj1C3pojIv+2Igv3hjAzQh7EyO2jQ0Dg3g7PubiIbLZqs+Q7A4qKHMzhbDu\n"
	  "Ixl0L0R5eSo17KRzLXm2PVBvPttE3AUjbhiQz3rp8n4Oo/hjiDyQOrjYdGHdtU6n\n"
	  "EbFV/OCHe5JEO15oEoEwXF5091KwTqHAnRu41yyq6WkBBb+o\n"
	  "-----END ENCRYPTED PRIVATE KEY-----\n",
	    "encrypted in an old way, not PBES2" },
};

#endif
