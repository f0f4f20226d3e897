"""Figures of notes and receipts: numbers, amounts, dates, times, telephone numbers, codes."""

import numpy as np

Random = np.random.Generator
CURRENCIES = ("€", "€", "$", "£", "EUR", "kr", "zł", "Kč", "Ft", "₺", "CHF", "USD", "lei")


def number(random: Random) -> str:
    """A count or a measure, up to about 16,000."""
    number = int(10 ** random.uniform(0, 4.2))
    return str(number) if random.random() < 0.85 else f"{number / 10:.1f}".replace(".", str(random.choice([".", ","])))


def amount(random: Random) -> str:
    """An amount of money with its currency."""
    value = 10 ** random.uniform(0, 4.3)
    text = f"{value:,.2f}" if random.random() < 0.7 else f"{value:,.0f}"
    if random.random() < 0.6:
        text = text.replace(",", "\0").replace(".", ",").replace("\0", str(random.choice([".", " ", ""])))
    sign = str(random.choice(CURRENCIES))
    return f"{sign}{text}" if sign in "$£" or random.random() < 0.15 else f"{text} {sign}"


def date(random: Random) -> str:
    """A day in one of the usual forms."""
    day, month, year = int(random.integers(1, 29)), int(random.integers(1, 13)), int(random.integers(1950, 2032))
    forms = (
        f"{day}/{month}/{year}", f"{day:02}.{month:02}.{year}", f"{year}-{month:02}-{day:02}", f"{day}.{month}.",
        f"{month}/{day}/{year % 100:02}", f"{day:02}/{month:02}", f"{day}-{month}-{year % 100:02}",
    )  # fmt: skip
    return str(random.choice(forms))


def time(random: Random) -> str:
    """A time of day."""
    hour, minute = int(random.integers(0, 24)), int(random.integers(0, 12)) * 5
    forms = (
        f"{hour}:{minute:02}",
        f"{hour}h{minute:02}",
        f"{hour}h",
        f"{hour % 12 or 12} {'ap'[hour < 12]}m",
        f"{hour}.{minute:02}",
    )
    return str(random.choice(forms))


def phone(random: Random) -> str:
    """A telephone number."""
    digits = "".join(str(digit) for digit in random.integers(0, 10, 12))
    forms = (
        f"0{digits[0]} {digits[1:3]} {digits[3:5]} {digits[5:7]} {digits[7:9]}",
        f"+{digits[:2]} {digits[2:5]} {digits[5:]}",
        f"{digits[:3]}-{digits[3:6]}-{digits[6:10]}",
        f"({digits[:3]}) {digits[3:6]}-{digits[6:10]}",
        f"0{digits[:3]}/{digits[3:9]}",
    )
    return str(random.choice(forms))


def code(random: Random) -> str:
    """A booking, part or invoice code of capitals and digits."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    code = "".join(alphabet[number] for number in random.integers(0, 36, int(random.integers(3, 10))))
    return code if random.random() < 0.6 else f"{code[:2]}-{code[2:]}"


def price(random: Random) -> str:
    """An amount as tills print it: two decimals, no currency."""
    value = 10 ** random.uniform(-0.5, 3.2)
    text = f"{value:.2f}" if random.random() < 0.8 else f"{round(value, 1):.2f}"
    return text.replace(".", ",") if random.random() < 0.2 else text


def stamp(random: Random) -> str:
    """A date with the time as tills print it."""
    clock = f"{int(random.integers(0, 24)):02}:{int(random.integers(0, 60)):02}"
    seconds = f":{int(random.integers(0, 60)):02}" if random.random() < 0.6 else ""
    return f"{date(random)} {clock}{seconds}{random.choice(['', '', ' AM', ' PM'])}"


def digits(random: Random) -> str:
    """A long number: bar codes, tax numbers, terminals."""
    return "".join(str(digit) for digit in random.integers(0, 10, int(random.integers(6, 15))))


def rule(random: Random) -> str:
    """A row of one sign."""
    return str(random.choice(list("*-=.*_#"))) * int(random.integers(3, 26))
