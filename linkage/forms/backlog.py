"""The form of the import of 存量办件."""

from django import forms


class BacklogForm(forms.Form):
    """The workbook to check."""

    uploaded = forms.FileField(
        label="Excel 或 CSV 文件",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text="列名与模板相同，列序不限；.csv 用 UTF-8 或 GB18030 编码。",
    )
