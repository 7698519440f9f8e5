/* shenguan.js · 界面行为：大字、输入法、分段选择、快捷键、勾选计数、防重复提交、会话到期提醒。
   无内联脚本、无 eval；全部用事件委托，htmx 换入的片段无需重新绑定。 */
(function () {
  'use strict';
  var root = document.documentElement;
  var $ = function (s, el) { return (el || document).querySelector(s); };
  var $$ = function (s, el) { return Array.prototype.slice.call((el || document).querySelectorAll(s)); };
  var on = function (name, handler, capture) { document.addEventListener(name, handler, capture || false); };
  var seen = function (el) { return !!(el && !el.disabled && el.getAttribute('aria-disabled') !== 'true' && el.getClientRects().length); };
  var escapeAttr = function (text) { return window.CSS && CSS.escape ? CSS.escape(text) : text.replace(/["\\]/g, ''); };

  /* ---------- 大字（存在本机，登录前后都有效） ---------- */
  var applySize = function (large) {
    root.dataset.size = large ? 'lg' : '';
    $$('[data-sg="size"]').forEach(function (b) { b.setAttribute('aria-pressed', String(large)); });
  };
  try { applySize(localStorage.getItem('sg-size') === 'lg'); } catch (e) { applySize(false); }
  on('click', function (e) {
    if (!e.target.closest('[data-sg="size"]')) return;
    var large = root.dataset.size !== 'lg';
    applySize(large);
    try { localStorage.setItem('sg-size', large ? 'lg' : ''); } catch (err) { /* 隐私模式下不保存 */ }
  });

  /* ---------- 中文输入法：组字完成后才检索；htmx 用 hx-trigger="sg:query delay:200ms" ---------- */
  var composing = false;
  var fireQuery = function (el) {
    if (el.matches && el.matches('[data-sg="query"]')) el.dispatchEvent(new CustomEvent('sg:query', { bubbles: true }));
  };
  on('compositionstart', function () { composing = true; });
  on('compositionend', function (e) { composing = false; fireQuery(e.target); });
  on('input', function (e) { if (!composing && !e.isComposing) fireQuery(e.target); });

  /* ---------- 分段选择：按钮组写入同组的隐藏输入框 ---------- */
  on('click', function (e) {
    var b = e.target.closest('[data-sg-seg] button');
    if (!b) return;
    var group = b.closest('[data-sg-seg]'), input = $('input[type=hidden]', group);
    $$('button', group).forEach(function (x) { x.setAttribute('aria-pressed', String(x === b)); });
    if (input && b.dataset.value !== undefined) {
      input.value = b.dataset.value;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });

  /* ---------- 搜索：证件号和手机号不进网址（DESIGN §4），拦在浏览器里 ---------- */
  on('submit', function (e) {
    var q = e.target.matches('form[role=search]') && $('input[name=q]', e.target);
    if (!q || !/^(\d{17}[\dXx]|1[3-9]\d{9})$/.test(q.value.replace(/[\s-]/g, ''))) return;
    e.preventDefault();
    say('为保护个人信息，搜索不接受身份证件号码和手机号。请改搜姓名、企业名称或办件号。', 'alert');
  });

  /* ---------- 选项卡、显示密码、返回 ---------- */
  var chooseTab = function (tab) {
    $$('[role=tab]', tab.closest('[role=tablist]')).forEach(function (t) {
      var active = t === tab, panel = document.getElementById(t.getAttribute('aria-controls'));
      t.setAttribute('aria-selected', String(active));
      t.tabIndex = active ? 0 : -1;
      if (panel) panel.hidden = !active;
    });
  };
  on('click', function (e) {
    var tab = e.target.closest('[role=tab][aria-controls]'), eye = e.target.closest('[data-sg="reveal"]');
    if (tab) chooseTab(tab);
    if (eye) {
      var field = document.getElementById(eye.getAttribute('aria-controls'));
      var show = field.type === 'password';
      field.type = show ? 'text' : 'password';
      eye.setAttribute('aria-pressed', String(show));
    }
    if (e.target.closest('[data-sg="back"]')) { e.preventDefault(); history.back(); }
    if (e.target.closest('[data-sg="print"]')) { e.preventDefault(); window.print(); }
  });

  /* ---------- 防重复提交：第一次提交后按钮变忙，返回本页或 htmx 完成后恢复 ---------- */
  var release = function (form) {
    delete form.dataset.sent;
    $$('[aria-busy="true"]', form).forEach(function (b) { b.removeAttribute('aria-busy'); b.disabled = false; });
  };
  on('submit', function (e) {
    var form = e.target;
    if (!form.matches('form[data-once]')) return;
    if (form.dataset.sent) { e.preventDefault(); e.stopImmediatePropagation(); return; }
    form.dataset.sent = '1';
    setTimeout(function () { /* 等浏览器取走被按下按钮的 name=value 之后再禁用 */
      if (e.defaultPrevented && !form.closest('[hx-post],[data-hx-post]')) { release(form); return; }
      $$('button[type=submit],button:not([type])', form).forEach(function (b) { b.setAttribute('aria-busy', 'true'); b.disabled = true; });
    }, 0);
  }, true);
  window.addEventListener('pageshow', function () { $$('form[data-sent]').forEach(release); });

  /* ---------- 长表单：填了没提交就离开时，浏览器询问一次（data-guard） ---------- */
  var unsaved = function (e) { var form = e.target.form; if (form && form.matches('[data-guard]')) form.dataset.dirty = '1'; };
  on('input', unsaved);
  on('change', unsaved);
  on('submit', function (e) { if (!e.defaultPrevented) delete e.target.dataset.dirty; });
  window.addEventListener('beforeunload', function (e) { if ($('form[data-dirty]')) { e.preventDefault(); e.returnValue = ''; } });

  /* ---------- htmx：忙碌标记、网络失败提示、刷新后焦点 ---------- */
  var say = function (text, role) {
    var area = $('#messages'), note = document.createElement('div');
    if (!area) return null;
    note.className = 'note ' + (role === 'alert' ? 'note-dg' : 'note-wn');
    note.setAttribute('role', role);
    note.textContent = text;
    area.replaceChildren ? area.replaceChildren(note) : (area.innerHTML = '', area.appendChild(note));
    return note;
  };
  on('htmx:beforeRequest', function (e) { e.detail.target.setAttribute('aria-busy', 'true'); });
  on('htmx:afterRequest', function (e) {
    if (e.detail.target) e.detail.target.removeAttribute('aria-busy');
    var form = e.detail.elt && e.detail.elt.closest('form[data-sent]');
    if (form) release(form);
    restartIdle();
  });
  on('htmx:xhr:progress', function (e) { /* 上传进度；传完之后服务器逐行校对，进度不确定 */
    var box = e.target.querySelector && $('[data-sg="upload-progress"]', e.target), d = e.detail;
    if (!box || box.dataset.sent || !d.lengthComputable || !d.total) return;
    var bar = $('progress', box), text = $('label', box);
    box.hidden = false;
    if (d.loaded < d.total) { bar.value = d.loaded / d.total * 100; text.textContent = '正在上传 ' + Math.round(bar.value) + '%'; return; }
    box.dataset.sent = '1'; bar.removeAttribute('value'); text.textContent = '已上传，正在逐行校对，请勿关闭页面…';
  });
  on('htmx:sendError', function () { say('与服务器的连接中断，本次操作没有提交，已填写的内容仍在。请检查网络后重试。', 'alert'); });
  on('htmx:beforeSwap', function (e) { /* 服务器给出说明的 4xx、500 会换入消息区，其余在这里提示 */
    if (e.detail.isError && !e.detail.shouldSwap) say('服务器暂时没能完成操作（' + e.detail.xhr.status + '），已填写的内容仍在。请稍后重试。', 'alert');
  });
  var focusNote = function () {
    var note = $('[data-sg="focus"]');
    if (note) { note.focus({ preventScroll: true }); note.scrollIntoView({ block: 'nearest' }); }
  };
  on('htmx:afterSettle', function (e) { if ($('[data-sg="focus"]', e.target) || e.target.matches('[data-sg="focus"]')) focusNote(); });

  /* ---------- 列表：上下移动、勾选、打开 ---------- */
  var rowsOf = function () { var list = $('[data-sg-list]'); return list ? $$('[data-row]', list).filter(seen) : []; };
  var current = function (rows) { return rows.findIndex(function (r) { return r.getAttribute('aria-selected') === 'true'; }); };
  var select = function (rows, n) {
    if (!rows.length) return;
    n = Math.max(0, Math.min(rows.length - 1, n));
    rows.forEach(function (r, k) { r.setAttribute('aria-selected', String(k === n)); r.tabIndex = k === n ? 0 : -1; });
    rows[n].focus({ preventScroll: true });
    rows[n].scrollIntoView({ block: 'nearest' });
    var pane = rows[n].getAttribute('hx-target') && $(rows[n].getAttribute('hx-target'));
    if (pane) pane.setAttribute('aria-busy', 'true'); /* 预览换到这一行之前，快捷键不作用于上一行 */
    rows[n].dispatchEvent(new CustomEvent('sg:row', { bubbles: true }));
  };
  var tick = function (row) {
    var box = row && $('input[type=checkbox]', row);
    if (box) { box.checked = !box.checked; box.dispatchEvent(new Event('change', { bubbles: true })); }
  };
  var openRow = function (row) { var link = row && ($('[data-open]', row) || $('a[href]', row)); if (link) link.click(); };
  var countTicks = function () {
    var list = $('[data-sg-list]');
    if (!list) return;
    var boxes = $$('[data-row] input[type=checkbox]', list), n = boxes.filter(function (b) { return b.checked; }).length;
    $$('[data-sg-count]').forEach(function (out) { out.textContent = n; });
    $$('[data-sg-bulk]').forEach(function (bar) { bar.hidden = n === 0; });
    var all = $('[data-sg-all]');
    if (all) { all.checked = n > 0 && n === boxes.length; all.indeterminate = n > 0 && n < boxes.length; }
  };
  on('change', function (e) {
    if (e.target.matches('[data-sg-all]')) $$('[data-sg-list] [data-row] input[type=checkbox]').forEach(function (b) { b.checked = e.target.checked; });
    if (e.target.matches('[data-sg-all]') || e.target.closest('[data-sg-list]')) countTicks();
    if (e.target.matches('[data-sg-submit]')) e.target.form.requestSubmit ? e.target.form.requestSubmit() : e.target.form.submit();
  });
  on('click', function (e) {
    if (!e.target.closest('[data-sg-clear]')) return;
    $$('[data-sg-list] [data-row] input[type=checkbox]').forEach(function (b) { b.checked = false; });
    countTicks();
  });
  on('click', function (e) { /* 点行即选中，行内的链接、按钮和勾选框照常 */
    var row = e.target.closest('[data-sg-list] [data-row]');
    if (!row || e.target.closest('a,button,input,select,textarea,label,summary')) return;
    var rows = rowsOf();
    select(rows, rows.indexOf(row));
  });
  on('htmx:afterSwap', countTicks);

  /* ---------- 组合框：↑↓ 选择，Enter 打开 ---------- */
  var combo = function (e) {
    var list = document.getElementById(e.target.getAttribute('aria-controls'));
    var options = list ? $$('[role=option]', list) : [], i = current(options);
    if (!options.length) return false;
    if (e.key === 'Enter') { if (i < 0) return false; e.preventDefault(); openRow(options[i]); return true; }
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return false;
    e.preventDefault();
    i = Math.max(0, Math.min(options.length - 1, i + (e.key === 'ArrowDown' ? 1 : -1)));
    options.forEach(function (o, k) { o.setAttribute('aria-selected', String(k === i)); });
    if (options[i].id) e.target.setAttribute('aria-activedescendant', options[i].id);
    options[i].scrollIntoView({ block: 'nearest' });
    return true;
  };

  /* ---------- 键盘：单键在输入框内、对话框打开时或个人设置关闭时不响应（WCAG 2.1.4） ---------- */
  var typing = function (t) { return t.isContentEditable || /^(TEXTAREA|SELECT)$/.test(t.tagName) || (t.tagName === 'INPUT' && !/^(checkbox|radio|button|submit|reset)$/.test(t.type)); };
  var modalOpen = function () { return !!$('.modal.show, .offcanvas-md.show'); };
  var ready = function (b) { return seen(b) && !b.closest('[aria-busy="true"]'); };
  var press = function (selector, near) {
    var form = near && near.closest && near.closest('form');
    var button = (form && $$(selector, form).filter(ready)[0]) || $$(selector).filter(ready)[0];
    if (button) button.click();
    return !!button;
  };
  var withCtrl = function (e) {
    var key = e.key.toLowerCase();
    if (key === 'k') { var g = $('.gsearch input'); if (seen(g)) { e.preventDefault(); g.focus(); g.select(); } return; }
    if (e.shiftKey || e.altKey || !/^(s|enter)$/.test(key)) return;
    if ($('[data-ctrl="' + key + '"]')) { e.preventDefault(); if (!modalOpen()) press('[data-ctrl="' + key + '"]', e.target); }
  };
  var single = function (e) {
    var rows;
    if (e.key === '/') { var q = $$('[data-sg="query"]').filter(seen)[0]; if (q) { e.preventDefault(); q.focus(); q.select(); } return; }
    if (e.key === '?') { var help = $('#keyboard-help'); if (help && window.bootstrap) { e.preventDefault(); bootstrap.Modal.getOrCreateInstance(help).show(); } return; }
    if (e.key.length === 1 && /[a-z]/i.test(e.key) && press('[data-key="' + escapeAttr(e.key.toUpperCase()) + '"]', null)) { e.preventDefault(); return; }
    rows = rowsOf();
    if (!rows.length) return;
    if (e.key === 'j' || e.key === 'ArrowDown') { e.preventDefault(); select(rows, current(rows) + 1); }
    if (e.key === 'k' || e.key === 'ArrowUp') { e.preventDefault(); select(rows, current(rows) - 1); }
    if (e.key === 'x') tick(rows[current(rows)]);
    if (e.key === 'Enter' && e.target.matches('[data-row]')) { e.preventDefault(); openRow(e.target); }
  };
  on('keydown', function (e) {
    if (e.isComposing || composing || e.keyCode === 229 || e.defaultPrevented) return;
    if (e.ctrlKey || e.metaKey) { withCtrl(e); return; }
    if (e.altKey) return;
    if (e.key === 'Escape') { if (!modalOpen() && press('[data-key="Esc"]', e.target)) e.preventDefault(); return; }
    if (e.target.matches('[role=combobox]') && combo(e)) return;
    if (e.target.matches('[role=tab]') && /^Arrow(Left|Right)$/.test(e.key)) {
      var tabs = $$('[role=tab]', e.target.closest('[role=tablist]')), n = tabs.indexOf(e.target) + (e.key === 'ArrowRight' ? 1 : -1);
      if (tabs[n]) { tabs[n].focus(); chooseTab(tabs[n]); }
      return;
    }
    if (typing(e.target) || modalOpen() || root.dataset.keys === 'off') return;
    single(e);
  });

  /* ---------- 会话到期前两分钟提醒，可延长（RULES R12.03） ---------- */
  var idle = Number(root.dataset.idle || 0), timer = null;
  var restartIdle = function () {
    if (!idle) return;
    clearTimeout(timer);
    timer = setTimeout(function () {
      var note = say('您已较长时间没有操作，2 分钟后将自动退出，未提交的内容会丢失。', 'alert'), stay = document.createElement('button');
      if (!note) return;
      stay.type = 'button'; stay.className = 'btn btn-2 btn-sm'; stay.textContent = '继续使用';
      stay.addEventListener('click', function () {
        var token = $('input[name=csrfmiddlewaretoken]');
        fetch('/session/keep/', { method: 'POST', credentials: 'same-origin', headers: { 'X-CSRFToken': token ? token.value : '' } })
          .then(function (answer) { if (answer.status === 204) { note.remove(); restartIdle(); } else { location.reload(); } });
      });
      note.appendChild(stay);
    }, Math.max(idle - 120, 30) * 1000);
  };
  restartIdle();
  focusNote();
  countTicks();
  $$('[data-indeterminate]').forEach(function (c) { c.indeterminate = true; });
})();
