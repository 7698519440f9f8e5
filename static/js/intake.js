/* intake.js · 受理登记：录满 18 位自动查询，受理方式决定按钮文字和所需填写项。 */
(function () {
  'use strict';
  var plain = function (text) { return text.replace(/[\s-]/g, '').toUpperCase(); };
  var asked = '';

  var ask = function (input, always) {
    var code = plain(input.value);
    if (code.length !== 18 || (code === asked && !always)) return;
    asked = code;
    input.dispatchEvent(new CustomEvent('sg:code', { bubbles: true }));
  };
  document.addEventListener('sg:query', function (e) { if (e.target.id === 'id_code') ask(e.target, false); });
  document.addEventListener('keydown', function (e) {
    if (e.target.id !== 'id_code' || e.key !== 'Enter' || e.ctrlKey || e.metaKey || e.isComposing) return;
    e.preventDefault();
    ask(e.target, true);
  });

  /* 受理方式 */
  var follow = function () {
    var chosen = document.querySelector('input[name=mode]:checked'), label = document.getElementById('accept-label');
    if (!chosen) return;
    if (label) label.textContent = chosen.dataset.label;
    document.querySelectorAll('.opt').forEach(function (option) {
      var box = option.querySelector('input');
      if (box) option.classList.toggle('on', box.checked);
    });
    document.querySelectorAll('[data-mode-part]').forEach(function (part) {
      part.hidden = part.dataset.modePart.split(' ').indexOf(chosen.value) < 0;
    });
  };
  document.addEventListener('change', function (e) { if (e.target.closest('.cp-opt')) follow(); });
  document.addEventListener('htmx:afterSettle', follow);
  follow();
})();
