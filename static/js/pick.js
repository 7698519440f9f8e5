/* pick.js · 可搜索的多选：把 <select multiple data-pick> 换成“已选标签 + 搜索框 + 列表”，提交的仍是原来的 select。
   没有脚本时就是普通多选框。键盘：输入即筛选，↑↓ 移动，Enter 选或取消，空框退格删去最后一个，Esc 清空搜索。 */
(function () {
  'use strict';
  var SHOWN = 60; /* 列表一次最多显示的行数，多的请输入关键词 */
  var make = function (tag, cls, text) {
    var el = document.createElement(tag);
    if (cls) el.className = cls;
    if (text) el.textContent = text;
    return el;
  };
  var enhance = function (select) {
    var options = Array.prototype.slice.call(select.options), label = document.querySelector('label[for="' + select.id + '"]');
    var name = label ? label.textContent.replace('*', '').trim() : '';
    var box = make('div', 'pk'), chips = make('ul', 'plain pk-c'), input = make('input', 'form-control'), list = make('ul', 'plain pk-l'), told = make('div', 'fs13 t2 pk-t');
    var rows = [], active = -1;
    input.type = 'text'; input.id = select.id + '_search'; input.autocomplete = 'off'; input.placeholder = '输入名称、拼音首字母或编码筛选';
    input.setAttribute('role', 'combobox'); input.setAttribute('aria-expanded', 'true'); input.setAttribute('aria-controls', select.id + '_list'); input.setAttribute('aria-autocomplete', 'list');
    ['aria-describedby', 'aria-invalid'].forEach(function (a) { if (select.hasAttribute(a)) input.setAttribute(a, select.getAttribute(a)); });
    if (select.classList.contains('is-invalid')) input.classList.add('is-invalid');
    list.id = select.id + '_list'; list.setAttribute('role', 'listbox'); list.setAttribute('aria-multiselectable', 'true'); list.setAttribute('aria-label', name);
    chips.setAttribute('aria-label', name + '：已选'); told.setAttribute('role', 'status');
    var words = function (o) { return (o.text + ' ' + o.value + ' ' + (o.dataset.find || '')).toLowerCase(); };
    var mark = function (n) {
      active = rows.length ? Math.max(0, Math.min(rows.length - 1, n)) : -1;
      rows.forEach(function (r, k) { r.classList.toggle('on', k === active); });
      if (active < 0) { input.removeAttribute('aria-activedescendant'); return; }
      input.setAttribute('aria-activedescendant', rows[active].id);
      var top = rows[active].offsetTop, low = top + rows[active].offsetHeight;
      if (top < list.scrollTop) list.scrollTop = top;
      if (low > list.scrollTop + list.clientHeight) list.scrollTop = low - list.clientHeight;
    };
    var drawChips = function () {
      chips.replaceChildren();
      options.filter(function (o) { return o.selected; }).forEach(function (o) {
        var item = make('li'), button = make('button', 'pk-x', o.text + ' ×');
        button.type = 'button'; button.setAttribute('aria-label', '去掉 ' + o.text);
        button.addEventListener('click', function () { toggle(o); input.focus(); });
        item.appendChild(button); chips.appendChild(item);
      });
    };
    var draw = function () {
      var asked = input.value.trim().toLowerCase().split(/\s+/);
      var found = options.filter(function (o) { var text = words(o); return asked.every(function (w) { return text.indexOf(w) >= 0; }); });
      list.replaceChildren();
      rows = found.slice(0, SHOWN).map(function (o, k) {
        var row = make('li', '', o.text);
        row.id = select.id + '_o' + k; row.setAttribute('role', 'option'); row.setAttribute('aria-selected', String(o.selected));
        row.addEventListener('mousedown', function (e) { e.preventDefault(); });
        row.addEventListener('click', function () { toggle(o); mark(k); });
        row.sgOption = o; list.appendChild(row);
        return row;
      });
      var chosen = options.filter(function (o) { return o.selected; }).length;
      told.textContent = '已选 ' + chosen + ' 项，' + (found.length ? '共 ' + found.length + ' 项' + (found.length > SHOWN ? '，只显示前 ' + SHOWN + ' 项，请输入关键词' : '') : '没有符合的选项');
    };
    var toggle = function (o) {
      var kept = active, scroll = list.scrollTop;
      o.selected = !o.selected;
      drawChips(); draw(); list.scrollTop = scroll; mark(kept);
      select.dispatchEvent(new Event('change', { bubbles: true }));
    };
    input.addEventListener('input', function (e) { if (!e.isComposing) { draw(); mark(0); } });
    input.addEventListener('compositionend', function () { draw(); mark(0); });
    input.addEventListener('keydown', function (e) {
      if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
      if (e.key === 'ArrowDown' || e.key === 'ArrowUp') mark(active + (e.key === 'ArrowDown' ? 1 : -1));
      else if (e.key === 'Enter') { if (active >= 0) toggle(rows[active].sgOption); }
      else if (e.key === 'Escape' && input.value) { input.value = ''; draw(); active = -1; input.removeAttribute('aria-activedescendant'); }
      else if (e.key === 'Backspace' && !input.value) { var last = options.filter(function (o) { return o.selected; }).pop(); if (last) toggle(last); return; }
      else return;
      e.preventDefault(); e.stopPropagation();
    });
    if (label) label.htmlFor = input.id;
    select.hidden = true; select.tabIndex = -1;
    [chips, input, list, told].forEach(function (el) { box.appendChild(el); });
    select.parentNode.insertBefore(box, select.nextSibling);
    drawChips(); draw();
  };
  Array.prototype.slice.call(document.querySelectorAll('select[multiple][data-pick]')).forEach(enhance);
})();
