"""Articles of several scripts, and how papers print one another's: for tests of stories and versions."""

from __future__ import annotations

import random

FRENCH = """\
Les talibans se sont emparés mardi d'un poste de douane à la frontière du Tadjikistan, ont indiqué des témoins.

Le gouverneur de la province a confirmé que ses hommes s'étaient repliés vers la rivière après une nuit de combats.
« Nous avons résisté aussi longtemps que possible », a déclaré un officier joint par téléphone, qui attend des renforts.

Plusieurs centaines de camions sont bloqués des deux côtés du pont, et les commerçants de la ville craignent une pénurie
de farine. Un chauffeur raconte qu'il dort dans sa cabine depuis samedi, sans nouvelles de son entreprise.

Moscou a proposé d'envoyer des observateurs, tandis que Douchanbé a rappelé des réservistes. Une réunion extraordinaire
des ministres des affaires étrangères doit se tenir jeudi dans la capitale kirghize.
"""
CHINESE = """\
塔利班武装人员星期二占领了塔吉克斯坦边境的一个海关检查站，目击者说战斗持续了一整夜。省长证实他的部下已经撤退到河对岸等待增援。

几百辆卡车被困在大桥两侧，城里的商人担心面粉短缺。一名司机说他从星期六起一直睡在驾驶室里，没有收到公司的任何消息。

莫斯科提议派遣观察员，杜尚别则召回了预备役军人。外交部长特别会议将于星期四在吉尔吉斯斯坦首都举行，各方都表示希望尽快恢复通行。
"""
OTHER_CHINESE = """\
塔利班代表团星期二抵达莫斯科参加会谈，俄罗斯外交部发言人说会议将讨论人道主义援助和地区安全问题。

与会者包括中国、巴基斯坦和伊朗的外交官，他们预计将发表联合声明。分析人士认为承认新政府的可能性仍然很小，但经济合作正在扩大。

铁路项目的融资是另一个重要议题，专家估计首期工程需要数十亿美元，并且要等到安全局势稳定之后才能动工。
"""
ARABIC = """\
استولى مقاتلو طالبان يوم الثلاثاء على نقطة جمركية عند حدود طاجيكستان، بحسب ما ذكر شهود عيان لوكالة الأنباء.

وأكد حاكم الولاية أن رجاله انسحبوا نحو النهر بعد ليلة من المعارك، وأنهم ينتظرون وصول التعزيزات من العاصمة.

وتنتظر مئات الشاحنات على جانبي الجسر، ويخشى التجار في المدينة نقص الدقيق. وقال سائق إنه ينام في شاحنته منذ السبت.

واقترحت موسكو إرسال مراقبين، بينما استدعت دوشنبه جنود الاحتياط، ومن المقرر عقد اجتماع لوزراء الخارجية يوم الخميس.
"""
THAI = """\
นักรบตาลีบันยึดด่านศุลกากรที่ชายแดนทาจิกิสถานเมื่อวันอังคาร พยานกล่าวว่าการสู้รบดำเนินไปตลอดทั้งคืน ผู้ว่าการจังหวัดยืนยันว่าทหารของเขาถอยไปยังแม่น้ำ

รถบรรทุกหลายร้อยคันติดอยู่ทั้งสองฝั่งของสะพาน และพ่อค้าในเมืองกลัวว่าแป้งจะขาดแคลน คนขับรถคนหนึ่งเล่าว่านอนในรถมาตั้งแต่วันเสาร์

มอสโกเสนอส่งผู้สังเกตการณ์ ขณะที่ดูชานเบเรียกทหารกองหนุนกลับเข้าประจำการ การประชุมรัฐมนตรีต่างประเทศจะจัดขึ้นในวันพฤหัสบดี
"""
WORDS = (
    "accord affaire alerte armée attaque avion bataille blessé bombe camion canton capitale chef ciel colline combat "
    "conseil convoi crise délai député désert école enquête envoyé espoir fleuve forêt frontière général grève guerre "
    "hôpital juge marché ministre montagne mosquée nuit ordre otage paix palais pétrole peuple place pont port prison "
    "procès province récolte réforme renfort réserve route salaire siège soldat source sommet taxe témoin train trêve "
    "tribu troupe usine vallée village ville visite voisin vote voyage"
).split()


def news(number: int, words: int = 120) -> str:
    """A text of nonsense, unlike any of another number."""
    rng = random.Random(number)
    return " ".join(rng.choice(WORDS) for _ in range(words)) + "."


def papers(text: str) -> dict[str, str]:
    """One text as five papers print it."""
    parts = [part for part in text.split("\n\n") if part.strip()]
    return {
        "tag and footer": f"URGENT – {text}\nLire plus tard. Tous droits réservés. Contactez la rédaction.",
        "cut": text[: len(text) * 3 // 4],
        "shuffled": "\n\n".join([parts[-1], "Notre correspondant raconte ce qu'il a vu.", *parts[:-1]]),
        "first half": text[: len(text) // 2],
        "capitals, no accents": text.upper().replace("É", "E"),
    }
