"""The numbers and names of law the approval side counts with. All days are 工作日."""

LICENSING_LAW = "《中华人民共和国行政许可法》"
CORRECTION_DAYS = 5  # 行政许可法 32 (R1.03)
DELIVERY_DAYS = 10  # 行政许可法 44 (R1.10)
PUBLICITY_DAYS = 7  # 发改办财金〔2018〕424号 (R5.01)
EXTENSION_DAYS = 10  # 行政许可法 42 (R1.07)
COMMITMENT_CHECK_DAYS = 40  # about two months (R2.10), where the item names no number

REMEDY = "如不服本决定，可以自收到决定书之日起六十日内申请行政复议，或者六个月内依法提起行政诉讼。"
