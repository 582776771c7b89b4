"""Makes the data: loans as a partner API might send them, in pages, the same for the same seed.

Each loan takes about 1.2 KB and has what real ones have: nested objects and lists, amounts that are exact decimals, ids beyond
2^63, escapes, and text in many scripts. It exists compact and pretty; without white space both are the same bytes.
"""

import hashlib
import json
import os
import random
import zlib
from pathlib import Path

SEED = 20261124
PAGE = 300
# Raise it when what is made changes: data of another version is made anew.
VERSION = 2

NAMES = ["Amina", "María José", "Nguyễn Thị Hoa", "Олена", "Φωτεινή", "فاطمة", "प्रिया", "สมหญิง", "小红", "さくら", "지영",
         "Zoë", "Łucja", "N'Deye", "\\u00c9lodie", "Ana \\\"Anita\\\"", "👩🏽‍🌾 Rosa", "Keďže", "ተስፋ", "მარიამ"]
PLACES = ["Urubamba", "Bình Định", "Оріхів", "القاهرة", "काठमाडौँ", "เชียงใหม่", "成都", "Ouagadougou", "São Tomé", "Kütahya"]
SECTORS = ["Agriculture", "Retail", "Food", "Clothing", "Services", "Transportation", "Arts", "Education"]
STATUSES = ["payingBack", "defaulted", "ended", "fundRaising", "raised", "inactive_expired"]
TAGS = ["#Woman-Owned Business", "#Vegan", "#Eco-friendly", "user_favorite", "volunteer_like", "#Single Parent", "#Repeat Borrower"]
# Numbers with an exponent are rare in such answers.
RATES = [f"0.{number:04d}" for number in range(99)] + ["1.25E-2"]
CURRENCIES = ["PEN", "VND", "UAH", "EGP", "NPR", "THB", "KES", "USD"]
SENTENCES = [
    "She sells vegetables at the market and wants to buy a second stall before the rains come.",
    "Với khoản vay này, chị sẽ mua thêm hai con bò và sửa lại chuồng trại.",
    "Вона вирощує картоплю, буряк і соняшник на двох гектарах землі.",
    "\\\"My children,\\\" she says, \\\"will finish school\\\" \\u2014 and the loan pays the fees.",
    "C:\\\\loans\\\\2026\\\\03 is where the scan lies; see also https:\\/\\/example.org\\/loans?id=7&x=[1,{2}].",
    "他用贷款购买了一台二手缝纫机,并雇用了两名邻居。",
    "Line one.\\nLine two.\\tTabbed, with a \\u0007 bell and brackets ]}{[ in the text.",
    "تستخدم القرض لشراء الأعلاف وتحسين دخل الأسرة.",
    "The first harvest paid for seed, tools and a small roof; the second one should pay the loan back in time.",
    "उनकी दुकान गाँव के चौराहे पर है, और त्योहारों में बिक्री दुगनी हो जाती है।",
    "Elle vend des beignets près de l'école ; le prêt sert à acheter un four à gaz et vingt sacs de farine.",
]

# Pretty, with \x01 for the space after a colon: without line breaks, indentation and \x01 it is compact.
LOAN = """
    {
      "id":\x01%(id)d,
      "kiva_id":\x01%(big)d,
      "uuid":\x01"%(uuid)s",
      "name":\x01"%(name)s",
      "status":\x01"%(status)s",
      "borrower_count":\x01%(borrowers)d,
      "location":\x01{
        "country":\x01"%(country)s",
        "town":\x01"%(town)s",
        "geo":\x01{
          "level":\x01"town",
          "pairs":\x01[
            %(latitude)s,
            %(longitude)s
          ]
        }
      },
      "sector":\x01"%(sector)s",
      "loan_amount":\x01%(amount)d.00,
      "funded_amount":\x01%(funded)s,
      "basket_amount":\x01null,
      "terms":\x01{
        "disbursal_currency":\x01"%(currency)s",
        "disbursal_amount":\x01%(disbursal)d.%(cents)02d,
        "repayment_interval":\x01"Monthly",
        "loss_liability":\x01{
          "nonpayment":\x01"lender",
          "currency_exchange":\x01"shared",
          "rate":\x01%(rate)s
        },
        "schedule":\x01[%(schedule)s
        ]
      },
      "tags":\x01[
        "%(tag)s",
        "%(other_tag)s"
      ],
      "translator":\x01{
        "byline":\x01"%(name)s",
        "image":\x01%(image)d
      },
      "description":\x01{
        "languages":\x01[
          "en",
          "vi"
        ],
        "texts":\x01{
          "en":\x01"%(text)s",
          "vi":\x01"%(other_text)s"
        }
      },
      "posted_date":\x01"%(date)sT%(hour)02d:48:12Z",
      "planned_expiration_date":\x01"%(date)sT23:59:59Z",
      "has_photo":\x01true,
      "bonus_credit_eligibility":\x01false,
      "journal_totals":\x01{
        "entries":\x01%(entries)d,
        "bulkEntries":\x010
      }
    }"""

PAYMENT = """
          {
            "due_date":\x01"%s",
            "principal":\x01%d.%02d,
            "interest":\x01%d.%d0
          }"""


def compact(text):
    """Takes line breaks, indentation and what stands for a space out of a template."""
    return "".join(line.lstrip(" ") for line in text.split("\n")).replace("\x01", "")


def pretty(text):
    return text.replace("\x01", " ")


class Loans:
    """Draws loans, one after the other."""

    def __init__(self, seed=SEED):
        self.random = random.Random(seed)
        schedules = [",".join(self._payment() for _ in range(self.random.randint(1, 4))) for _ in range(500)]
        self.schedules = [(compact(text), pretty(text)) for text in schedules]
        self.compact, self.pretty = compact(LOAN), pretty(LOAN)

    def _payment(self):
        draw = self.random.randrange
        date = f"2026-{draw(1, 13):02d}-{draw(1, 29):02d}"
        return PAYMENT % (date, draw(5, 900), draw(100), draw(50), draw(10))

    def next(self, number):
        """One loan, compact and pretty."""
        random_ = self.random.random
        bits = self.random.getrandbits

        def pick(values):
            return values[int(random_() * len(values))]

        amount = 25 * (1 + bits(7))
        values = {
            "id": 1_000_000 + number, "big": 9_223_372_036_854_775_808 + bits(62), "uuid": f"{bits(128):032x}",
            "name": pick(NAMES), "status": pick(STATUSES), "borrowers": 1 + bits(3), "country": pick(PLACES),
            "town": pick(PLACES), "latitude": f"{random_() * 180 - 90:.6f}", "longitude": f"{random_() * 360 - 180:.6f}",
            "sector": pick(SECTORS), "amount": amount, "funded": f"{random_() * amount:.2f}", "currency": pick(CURRENCIES),
            "disbursal": bits(28), "cents": bits(6), "rate": pick(RATES), "tag": pick(TAGS), "other_tag": pick(TAGS),
            "image": bits(22), "text": pick(SENTENCES), "other_text": pick(SENTENCES), "entries": bits(4),
            "date": f"2026-{1 + bits(3):02d}-{1 + bits(4):02d}", "hour": bits(4),
        }
        small, large = pick(self.schedules)
        values["schedule"] = small
        first = self.compact % values
        values["schedule"] = large
        return first, self.pretty % values


def head(offset, total, space=""):
    return (f'{{"as_of_date_time":{space}"2026-11-24T00:00:00Z",{space}"total":{space}{total},{space}"offset":{space}{offset},'
            f'{space}"limit":{space}{PAGE},{space}"loans":{space}[')


TAIL = '],"code":"api.success","message":"Found loans"}'


def make(folder, pages):
    """Makes `pages` pages below `folder`, unless they are there. Returns what is known of them."""
    folder = Path(folder)
    about = folder / "about.json"
    wanted = {"version": VERSION, "seed": SEED, "pages": pages}
    if about.exists():
        known = json.loads(about.read_text())
        if {key: known.get(key) for key in wanted} == wanted:
            return known
    print(f"making {pages:,} pages of {PAGE} loans in {folder}", flush=True)
    loans, total = Loans(), pages * PAGE
    for name in ("compact", "pretty", "many"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    digest, lines_bytes = hashlib.sha256(), 0
    # What a thousand pages hold three times is a bit more than 1 GB.
    copies = 3
    with open(folder / "compact" / "one.json", "w", encoding="utf-8") as one:
        one.write(head(0, total * copies))
        for page in range(pages):
            offset = page * PAGE
            drawn = [loans.next(offset + index) for index in range(PAGE)]
            small = ",".join(first for first, _ in drawn)
            body = (head(offset, total) + small + TAIL).encode()
            (folder / "compact" / f"{offset}.json").write_bytes(body)
            (folder / "compact" / f"{offset}.json.gz").write_bytes(gzip(body))
            large = head(offset, total, " ") + ",".join(second for _, second in drawn) + "\n  " + TAIL + "\n"
            (folder / "pretty" / f"{offset}.json").write_text(large, encoding="utf-8")
            many = folder / "many" / f"{offset}.json"
            many.write_text(head(offset, total * 10) + small + TAIL, encoding="utf-8")
            for again in range(1, 10):
                link = folder / "many" / f"{offset + again * total}.json"
                link.unlink(missing_ok=True)
                os.link(many, link)
            lines = "".join(first + "\n" for first, _ in drawn).encode()
            digest.update(lines)
            lines_bytes += len(lines)
            one.write(("," if page else "") + small)
        # For clients that go on until a page is short.
        (folder / "compact" / f"{total}.json").write_text(head(total, total) + TAIL)
        for copy in range(1, copies):
            for page in range(pages):
                text = (folder / "compact" / f"{page * PAGE}.json").read_text(encoding="utf-8")
                one.write("," + text[text.index("[") + 1 : -len(TAIL)])
        one.write(TAIL)
    known = wanted | {"loans": total, "copies": copies, "bytes": lines_bytes, "sha256": digest.hexdigest()}
    about.write_text(json.dumps(known, indent=2) + "\n")
    return known


def gzip(body):
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()
