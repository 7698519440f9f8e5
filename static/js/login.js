/* 登录页：点选演示账号、显示密码、记住登录名（只存登录名，存在本机浏览器） */
(function () {
  'use strict';
  var form = document.querySelector('[data-login]');
  if (!form) return;
  var user = form.elements.username, password = form.elements.password;
  var remember = form.querySelector('[data-remember]');
  var KEY = 'sg-login-name';

  document.addEventListener('click', function (e) {
    var person = e.target.closest('[data-demo-user]');
    if (!person) return;
    user.value = person.dataset.demoUser;
    password.value = person.closest('[data-demo-password]').dataset.demoPassword;
    form.querySelector('[type=submit]').focus();
  });

  form.querySelector('[data-show-password]').addEventListener('click', function () {
    var shown = password.type === 'password';
    password.type = shown ? 'text' : 'password';
    this.setAttribute('aria-pressed', shown);
    password.focus();
  });

  try {
    var kept = localStorage.getItem(KEY);
    if (kept && !user.value) { user.value = kept; remember.checked = true; password.focus(); }
    form.addEventListener('submit', function () {
      if (remember.checked) localStorage.setItem(KEY, user.value);
      else localStorage.removeItem(KEY);
    });
  } catch (err) { /* 浏览器禁用本地存储时不记住 */ }
})();
