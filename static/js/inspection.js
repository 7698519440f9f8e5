/* inspection.js · 现场检查：逐项自动保存、收起合格项、断网时存在本机并在联网后按先后补传。
   每处填写先写进本机（localStorage，照片在 IndexedDB），服务器确认后才删；同一答案、同一照片重传不会重复。 */
(function () {
  'use strict';
  var root = document.querySelector('[data-keeper]');
  if (!root || !window.htmx) return;
  var KEY = 'sg-inspection:' + root.dataset.keeper;   // 检查编号 + 人员，换人登录不会替别人上传
  var RETRY = [5, 10, 30, 60];                        // 秒
  var $ = function (s, el) { return (el || root).querySelector(s); };
  var $$ = function (s, el) { return Array.prototype.slice.call((el || root).querySelectorAll(s)); };

  /* ---------- 本机：填写 ---------- */
  var memory = {};                                    // 浏览器禁用本地存储时，只保留到关闭页面
  var read = function () {
    try { return JSON.parse(localStorage.getItem(KEY) || '{}'); } catch (e) { return memory; }
  };
  var write = function (drafts) {
    memory = drafts;
    try {
      if (Object.keys(drafts).length) localStorage.setItem(KEY, JSON.stringify(drafts)); else localStorage.removeItem(KEY);
    } catch (e) { /* 仍在 memory 里 */ }
  };
  var change = function (work) { var drafts = read(); work(drafts); write(drafts); };

  /* ---------- 本机：照片 ---------- */
  var shelf = new Promise(function (resolve) {
    try {
      var open = indexedDB.open('sg-inspection', 1);
      open.onupgradeneeded = function () { open.result.createObjectStore('photos', { keyPath: 'id', autoIncrement: true }); };
      open.onsuccess = function () { resolve(open.result); };
      open.onerror = function () { resolve(null); };
    } catch (e) { resolve(null); }
  });
  var loose = [];                                     // 没有 IndexedDB 时，只保留到关闭页面
  var inShelf = function (mode, ask) {
    return shelf.then(function (db) {
      return db && new Promise(function (resolve) {
        var trade = db.transaction('photos', mode), asked = ask(trade.objectStore('photos'));
        trade.oncomplete = function () { resolve(asked.result); };
        trade.onerror = trade.onabort = function () { resolve(undefined); };
      });
    });
  };
  var photos = function () {
    return inShelf('readonly', function (store) { return store.getAll(); }).then(function (all) {
      return (all || []).concat(loose).filter(function (p) { return p.key === KEY; });
    });
  };
  var keepPhoto = function (photo) {
    return inShelf('readwrite', function (store) { return store.add(photo); }).then(function (id) {
      if (id === undefined || id === null) loose.push(Object.assign(photo, { id: 'loose-' + Date.now() }));
    });
  };
  var dropPhoto = function (photo) {
    loose = loose.filter(function (p) { return p.id !== photo.id; });
    return typeof photo.id === 'number' ? inShelf('readwrite', function (store) { return store.delete(photo.id); }) : Promise.resolve();
  };

  /* ---------- 屏幕：跟着填写走，不等服务器 ---------- */
  var cardOf = function (el) { return el.closest('[data-ck]'); };
  var formOf = function (pk) { return $('form[data-answer="' + pk + '"]'); };
  var chosen = function (form, name) { var box = $('[name=' + name + ']:checked', form); return box ? box.value : ''; };
  var valuesOf = function (form) {
    return {
      seen: form.elements.seen.value, verdict: chosen(form, 'verdict'), measure: chosen(form, 'measure'),
      description: form.elements.description.value, rectify_by: form.elements.rectify_by.value
    };
  };
  var follow = function (form) {
    var card = cardOf(form), day = form.elements.rectify_by.value;
    card.dataset.verdict = chosen(form, 'verdict') || 'unchecked';
    card.dataset.measure = chosen(form, 'measure');
    $$('[data-date]', form).forEach(function (b) { b.setAttribute('aria-pressed', String(b.dataset.date === day)); });
    count();
  };
  var count = function () {
    var cards = $$('[data-ck]'), failed = $$('[data-ck][data-verdict="fail"]').length;
    var judged = cards.length - $$('[data-ck][data-verdict="unchecked"]').length;
    if (!cards.length) return;
    $('[data-judged]').textContent = judged;
    $('.mb-pg .bar-v').setAttribute('width', Math.floor(100 * judged / cards.length));
    $('[data-failed]').hidden = !failed;
    $('[data-failed] .num').textContent = failed;
  };
  var fill = function (form, values) {
    ['verdict', 'measure'].forEach(function (name) {
      $$('[name=' + name + ']', form).forEach(function (box) { box.checked = box.value === values[name]; });
    });
    ['seen', 'description', 'rectify_by'].forEach(function (name) { form.elements[name].value = values[name]; });
    follow(form);
    cardOf(form).open = cardOf(form).dataset.verdict === 'fail' || cardOf(form).dataset.verdict === 'unchecked';
  };
  var strip = $('[data-strip]'), trouble = '';
  var show = function () {
    var drafts = read(), open = Object.keys(drafts);
    $$('[data-ck]').forEach(function (card) {
      card.toggleAttribute('data-wait', card.id.replace('element-', 'e') in drafts);
    });
    return photos().then(function (kept) {
      $$('[data-waiting]').forEach(function (box) { thumbs(box, kept.filter(function (p) { return p.pk === box.dataset.waiting; })); });
      var n = open.length + kept.length, left = n ? '（' + n + ' 处未上传）' : '';
      var words = !navigator.onLine ? '无网络，已存本机，联网后自动上传' : (n && trouble);
      strip.hidden = !words;
      if (words && $('span', strip).textContent !== words + left) $('span', strip).textContent = words + left;
      return n;
    });
  };
  var thumbs = function (box, kept) {
    if (box.dataset.shown === String(kept.map(function (p) { return p.id; }))) return;
    box.dataset.shown = String(kept.map(function (p) { return p.id; }));
    $$('img', box).forEach(function (img) { URL.revokeObjectURL(img.src); });
    box.textContent = '';
    kept.forEach(function (p) {
      var figure = document.createElement('figure'), img = document.createElement('img'), words = document.createElement('figcaption');
      img.src = URL.createObjectURL(p.blob); img.alt = '未上传的照片'; words.textContent = '待上传';
      figure.appendChild(img); figure.appendChild(words); box.appendChild(figure);
    });
  };
  var say = function (text) {
    var note = document.createElement('div');
    note.className = 'note note-wn'; note.setAttribute('role', 'alert'); note.textContent = text;
    var area = document.getElementById('messages');
    area.textContent = ''; area.appendChild(note);
    area.scrollIntoView({ block: 'nearest' });
  };

  /* ---------- 上传：一次一件，先填写后照片 ---------- */
  var send = function (form) {
    return new Promise(function (resolve) {
      form.addEventListener('htmx:afterRequest', function heard(e) {
        form.removeEventListener('htmx:afterRequest', heard);
        var xhr = e.detail.xhr, here = xhr.responseURL && new URL(xhr.responseURL).pathname === form.getAttribute('hx-post');
        if (xhr.status >= 200 && xhr.status < 300) resolve(here && !xhr.getResponseHeader('HX-Redirect') ? 'saved' : 'later'); // 其余是登录或改密页面
        else resolve(xhr.status >= 400 && xhr.status < 500 && xhr.status !== 429 ? 'refused' : 'later');
      });
      window.htmx.trigger(form, 'sg:send');
    });
  };
  var sendAnswer = function (id, draft) {
    var form = formOf(id.slice(1));
    return send(form).then(function (outcome) {
      change(function (drafts) {
        var now = drafts[id];
        if (!now) return;
        if (outcome === 'saved' && now.at === draft.at) delete drafts[id];
        else if (outcome === 'saved') now.values.seen = form.elements.seen.value;
        else if (outcome === 'refused' && now.at === draft.at) now.refused = true;
      });
      return outcome;
    });
  };
  var sendPhoto = function (photo) {
    var form = $('form[data-photos="' + photo.pk + '"]'), bag = new DataTransfer();
    bag.items.add(new File([photo.blob], photo.name, { type: photo.blob.type }));
    form.elements.photo.files = bag.files;
    return send(form).then(function (outcome) {
      form.reset();
      if (outcome === 'later') return outcome;
      return dropPhoto(photo).then(function () {        // 被拒的照片重传也不会成功，原因已写在该项下方
        $$('#photos-' + photo.pk + ' figure').forEach(function (f) { if ($$('[id="' + f.id + '"]').length > 1) f.remove(); });
        return outcome;
      });
    });
  };
  var nextUp = function () {
    var drafts = read(), id = Object.keys(drafts).filter(function (k) { return !drafts[k].refused && formOf(k.slice(1)); })[0];
    if (id) return Promise.resolve(function () { return sendAnswer(id, drafts[id]); });
    return photos().then(function (kept) {
      var photo = kept.filter(function (p) { return $('form[data-photos="' + p.pk + '"]'); })[0];
      return photo && function () { return sendPhoto(photo); };
    });
  };
  var running = null, timer = null, failures = 0;
  var flush = function () {
    clearTimeout(timer);
    if (!running) running = step().then(function (left) { running = null; return left; });
    return running;
  };
  var step = function () {
    if (!navigator.onLine) return show();
    return nextUp().then(function (upload) {
      if (!upload) { /* 剩下的都是被拒的；一件不剩时不留话，免得下一处还在上传就说没有保存 */
        trouble = '有内容没有保存，请看标出的检查项';
        return show().then(function (left) { if (!left) trouble = ''; return left; });
      }
      return upload().then(function (outcome) {
        if (outcome !== 'later') { failures = 0; return show().then(step); }
        trouble = '暂时连不上服务器，已存本机，正在重试';
        timer = setTimeout(flush, 1000 * RETRY[Math.min(failures++, RETRY.length - 1)]);
        return show();
      });
    });
  };
  var soon = null;
  var keep = function (form, wait) {
    follow(form);
    change(function (drafts) {
      var id = 'e' + form.dataset.answer;
      delete drafts[id];                                // 重新排到最后
      drafts[id] = { values: valuesOf(form), at: Date.now() + Math.random() };
    });
    show();
    clearTimeout(soon);
    soon = setTimeout(flush, wait);
  };

  /* ---------- 操作 ---------- */
  root.addEventListener('input', function (e) { if (e.target.matches('form[data-answer] textarea')) keep(e.target.form, 1500); });
  root.addEventListener('change', function (e) {
    if (e.target.matches('form[data-answer] :not([type=hidden])')) { keep(e.target.form, 200); return; }
    var form = e.target.closest('form[data-photos]'), file = form && e.target.files[0];
    if (!file) return;
    keepPhoto({ key: KEY, pk: form.dataset.photos, name: file.name, blob: file }).then(function () { form.reset(); return show(); }).then(flush);
  });
  var fold = function (card) { if (/^(pass|absent)$/.test(card.dataset.verdict)) card.open = false; };
  root.addEventListener('click', function (e) {
    var quick = e.target.closest('[data-date]'), label = e.target.closest('.ck-s label'), link = e.target.closest('[data-after-upload]');
    var overwrite = e.target.closest('[data-overwrite]'), discard = e.target.closest('[data-discard]'), form;
    if (quick) { form = quick.closest('form'); form.elements.rectify_by.value = quick.dataset.date; keep(form, 200); }
    if (label) setTimeout(function () {                 // 手指点选后收起，焦点留在这一项
      var card = cardOf(label); fold(card);
      if (!card.open) $('summary', card).focus({ preventScroll: true });
    }, 0);
    if (overwrite) {
      form = $('form[data-answer]', cardOf(overwrite)); form.elements.seen.value = overwrite.dataset.overwrite; keep(form, 0);
    }
    if (discard) { change(function (drafts) { delete drafts[cardOf(discard).id.replace('element-', 'e')]; }); location.reload(); }
    if (link) {
      e.preventDefault();
      flush().then(function (left) {
        if (!left) location.href = link.href;
        else say(navigator.onLine ? '还有 ' + left + ' 处没有保存，请看标出的检查项，保存后再进入下一步。' : '还有 ' + left + ' 处未上传。联网上传后才能进入下一步，填写的内容都在本机。');
      });
    }
  });
  root.addEventListener('focusout', function (e) {      // 键盘选择时不收起，离开这一项才收起
    var card = cardOf(e.target);
    if (card && e.relatedTarget && !card.contains(e.relatedTarget) && e.target.matches('.btn-check')) fold(card);
  });
  root.addEventListener('submit', function (e) {
    if (e.target.matches('[data-online]') && !navigator.onLine) {
      e.preventDefault(); say('现在没有网络，检查结果没有提交。填写的内容仍在本页，联网后请再次提交。');
    }
    if (!e.target.matches('[data-remainder]')) return;
    e.preventDefault();
    $$('[data-ck][data-verdict="unchecked"]').forEach(function (card) {
      var box = $('[name=verdict][value=pass]', card);
      if (box) { box.checked = true; keep(box.form, 0); fold(card); }
    });
  });
  /* 断线和服务器故障由提示条说明，不逐次打断正在填写的人 */
  root.addEventListener('htmx:sendError', function (e) { e.stopPropagation(); });
  root.addEventListener('htmx:beforeSwap', function (e) {
    if (e.detail.xhr.status >= 500 || e.detail.xhr.status === 429) { e.detail.shouldSwap = false; e.stopPropagation(); }
  });
  window.addEventListener('online', flush);
  window.addEventListener('offline', show);
  document.addEventListener('visibilitychange', function () { if (!document.hidden) flush(); });

  /* ---------- 打开页面：接着上次没传完的 ---------- */
  var leftover = $('[data-leftover]');
  if (leftover) {                                       // 检查已提交，本机内容来不及计入
    photos().then(function (kept) {
      var n = Object.keys(read()).length + kept.length;
      $('.num', leftover).textContent = n;
      leftover.hidden = !n;
      $('button', leftover).addEventListener('click', function () {
        write({});
        Promise.all(kept.map(dropPhoto)).then(function () { leftover.hidden = true; });
      });
    });
    return;
  }
  document.addEventListener('DOMContentLoaded', function () { /* 此时 htmx 已接管各表单 */
    change(function (drafts) {
      Object.keys(drafts).forEach(function (id) {
        var form = formOf(id.slice(1));
        if (form) { fill(form, drafts[id].values); delete drafts[id].refused; }
      });
    });
    show().then(flush);
  });
})();
