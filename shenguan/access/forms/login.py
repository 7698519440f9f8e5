"""Signing in and changing the password."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from shenguan.access.passwords import REMEMBERED


class LoginForm(AuthenticationForm):
    """Login name and password. The error never says which of the two was wrong."""

    username = forms.CharField(
        label="登录名", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {"invalid_login": "登录名或密码不正确。", "inactive": "登录名或密码不正确。"}


class OwnPasswordForm(PasswordChangeForm):
    """The old password and the new one twice; the rules are AUTH_PASSWORD_VALIDATORS."""

    old_password = forms.CharField(
        label="原密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new_password1 = forms.CharField(
        label="新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=f"至少 8 位，大写字母、小写字母、数字、符号中至少三种，且不同于最近 {REMEMBERED} 次的密码。",
    )
    new_password2 = forms.CharField(
        label="再次输入新密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    error_messages = {
        "password_incorrect": "原密码不正确，请重新输入。",
        "password_mismatch": "两次输入的新密码不一致。",
    }
