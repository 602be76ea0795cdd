"""The demo function functions/prime in Python: counts the prime numbers up to a maximum.

GET ?max=1000000
200 {"machine": "aarch64", "elapsed": 0.3, "message": "There are 78498 prime numbers <= 1000000"}
400 {"error": "..."} where max is missing or wrong
"""

import json
import platform
import re
import time

# A tenth of what the Go function counts to: so much slower is Python at it.
LIMIT = 1_000_000


def handler(event, context):
    given = (event.get("queryStringParameters") or {}).get("max", "")
    if not re.fullmatch(r"[0-9]{1,9}", given) or int(given) > LIMIT:
        return response(400, {"error": f"max: want a whole number from 0 to {LIMIT}"})
    start = time.perf_counter()
    primes = count(int(given))
    return response(
        200,
        {
            "machine": platform.machine(),
            "elapsed": time.perf_counter() - start,
            "message": f"There are {primes} prime numbers <= {int(given)}",
        },
    )


def count(maximum):
    """The number of primes up to maximum: each odd number is divided by the primes up to its square root."""
    if maximum < 2:
        return 0
    primes = 1  # two
    divisors = []  # the odd primes up to the square root of maximum
    for n in range(3, maximum + 1, 2):
        if is_prime(n, divisors):
            primes += 1
            if n * n <= maximum:
                divisors.append(n)
    return primes


def is_prime(n, divisors):
    """Whether an odd n is prime, given the odd primes up to its square root."""
    for divisor in divisors:
        if divisor * divisor > n:
            return True
        if n % divisor == 0:
            return False
    return True


def response(status, value):
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(value)}
