'use strict';
// Sorting, filtering and enlarging. Without this script the page still shows everything.
(() => {
  const section = document.getElementById('gallery-section');
  const data = JSON.parse(document.getElementById('gallery-data').textContent);
  const body = section.querySelector('.gallery tbody');
  const rows = [...body.rows];
  const form = section.querySelector('form.controls');
  const field = (name) => form.elements[name]?.value ?? '';
  const metricOf = (key) => data.metrics.find((metric) => metric.key === key);
  const show = (value, metric) => (value == null || !metric ? '' : value.toFixed(metric.digits).replace('-', '\u2212'));
  let shown = rows;

  function arrange() {
    const metric = metricOf(field('metric'));
    const goodness = (row, method) => {
      const value = metric && data.items[row.dataset.at].scores[metric.key][method];
      return value == null ? null : metric.smaller ? -value : value;
    };
    const gain = (row) => {
      const [gan, ridge] = [goodness(row, 'gan'), goodness(row, 'ridge')];
      return gan === null || ridge === null ? null : gan - ridge;
    };
    const testOrder = (a, b) => a.dataset.at - b.dataset.at;
    // Rows without a value come last, whichever way the rest is sorted.
    const by = (key, sign) => (a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === null || y === null) return (x === null) - (y === null) || testOrder(a, b);
      return sign * (x - y) || testOrder(a, b);
    };
    const orders = {
      index: testOrder,
      name: (a, b) =>
        data.items[a.dataset.at].name.localeCompare(data.items[b.dataset.at].name, 'en', { numeric: true }) ||
        testOrder(a, b),
      best: by((row) => goodness(row, 'gan'), -1),
      worst: by((row) => goodness(row, 'gan'), 1),
      gain: by(gain, -1),
    };
    const category = field('category');
    rows.sort(orders[field('sort')] ?? testOrder);
    for (const row of rows) {
      const item = data.items[row.dataset.at];
      row.hidden = category !== '' && item.category !== category;
      for (const score of row.querySelectorAll('.score')) {
        score.textContent = metric ? show(item.scores[metric.key][score.dataset.method], metric) : '';
      }
    }
    body.append(...rows);
    shown = rows.filter((row) => !row.hidden);
    form.querySelector('output').textContent = `${shown.length} of ${rows.length} shown`;
  }

  form.hidden = false;
  form.addEventListener('change', arrange);
  form.addEventListener('submit', (event) => event.preventDefault());
  arrange();

  // The viewer: all pictures of one row, with one cursor and one zoom.
  const viewer = section.querySelector('dialog');
  const frames = viewer.querySelector('.frames');
  const table = viewer.querySelector('table');
  let current = null;
  let zoom = 1;

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  function enlarge(row) {
    current = row;
    const item = data.items[row.dataset.at];
    const metric = metricOf(field('metric'));
    const titles = ['Stimulus', ...data.methods.map((method) => method.title)];
    viewer.querySelector('strong').textContent = item.name;
    viewer.querySelector('.soft').textContent =
      `${shown.indexOf(row) + 1} of ${shown.length}${item.category ? ` \u00b7 ${item.category}` : ''}`;
    frames.replaceChildren(
      ...[...row.cells].slice(1).flatMap((cell, at) => {
        const picture = cell.querySelector('img');
        if (!picture) return [];
        const method = data.methods[at - 1];
        const value = method && metric ? show(item.scores[metric.key][method.key], metric) : '';
        const copy = element('img', { src: picture.src, alt: picture.alt, draggable: false });
        const caption = element(
          'figcaption',
          {},
          element('span', { textContent: titles[at] }),
          element('span', { textContent: value }),
        );
        return [element('figure', {}, element('div', { className: 'frame' }, copy), caption)];
      }),
    );
    const head = element('tr', {}, element('th', { textContent: 'Scores of this image', scope: 'col' }));
    for (const method of data.methods) head.append(element('th', { textContent: method.title, scope: 'col' }));
    const lines = data.metrics.map((each) => {
      const line = element('tr', {}, element('th', { textContent: each.title, scope: 'row' }));
      for (const method of data.methods) {
        line.append(element('td', { textContent: show(item.scores[each.key][method.key], each) || '\u2013' }));
      }
      return line;
    });
    table.replaceChildren(element('thead', {}, head), element('tbody', {}, ...lines));
    if (!viewer.open) viewer.showModal();
  }

  function step(by) {
    const next = shown[shown.indexOf(current) + by];
    if (next) enlarge(next);
  }

  function setZoom(value) {
    zoom = Math.min(16, Math.max(1, value));
    frames.style.setProperty('--zoom', zoom);
  }

  const actions = {
    previous: () => step(-1),
    next: () => step(1),
    in: () => setZoom(zoom * 2),
    out: () => setZoom(zoom / 2),
    close: () => viewer.close(),
  };
  const keys = {
    ArrowLeft: 'previous',
    ArrowUp: 'previous',
    ArrowRight: 'next',
    ArrowDown: 'next',
    '+': 'in',
    '=': 'in',
    '-': 'out',
  };

  body.addEventListener('click', (event) => {
    if (event.target.closest('.picture')) enlarge(event.target.closest('tr'));
  });
  body.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const cell = event.target.closest('td');
    if (!by || !cell) return;
    const next = shown[shown.indexOf(cell.parentElement) + by]?.cells[cell.cellIndex]?.querySelector('button');
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  viewer.addEventListener('click', (event) => {
    const action = event.target.closest('[data-do]')?.dataset.do;
    if (action) actions[action]();
    else if (event.target === viewer) viewer.close();
  });
  viewer.addEventListener('keydown', (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    actions[keys[event.key]]();
  });
  viewer.addEventListener('close', () => {
    setZoom(1);
    current?.querySelector('.picture')?.focus();
  });
  frames.addEventListener('pointermove', (event) => {
    const frame = event.target.closest('.frame');
    frames.classList.toggle('pointing', frame !== null);
    if (!frame) return;
    const box = frame.getBoundingClientRect();
    frames.style.setProperty('--x', `${(100 * (event.clientX - box.left)) / box.width}%`);
    frames.style.setProperty('--y', `${(100 * (event.clientY - box.top)) / box.height}%`);
  });
  frames.addEventListener('pointerleave', () => frames.classList.remove('pointing'));
  frames.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      setZoom(zoom * (event.deltaY < 0 ? 1.25 : 0.8));
    },
    { passive: false },
  );
})();

(() => {
  const section = document.getElementById('curves-section');
  if (!section) return;
  const group = section.querySelector('.controls');
  group.hidden = false;
  group.addEventListener('click', (event) => {
    const axis = event.target.dataset.axis;
    if (!axis) return;
    section.className = axis === 'log' ? 'logarithmic' : 'linear';
    for (const button of group.children) button.setAttribute('aria-pressed', String(button === event.target));
  });

  // One cursor through all charts of a phase.
  for (const charts of section.querySelectorAll('.charts')) {
    const drawings = [...charts.querySelectorAll('svg')].map((svg) => {
      const reading = svg.closest('figure').querySelector('.reading');
      const { series, left, right, last } = svg.dataset;
      return {
        svg,
        reading,
        rest: reading.textContent,
        series: JSON.parse(series),
        left: +left,
        right: +right,
        last: +last,
      };
    });
    charts.addEventListener('pointermove', (event) => {
      const over = drawings.find(({ svg }) => svg === event.target.closest('svg'));
      if (!over) return;
      const box = over.svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * over.svg.viewBox.baseVal.width;
      const at = Math.min(1, Math.max(0, (x - over.left) / (over.right - over.left))) * over.last;
      for (const drawing of drawings) {
        const values = drawing.series.map(([steps, ys]) => {
          let nearest = 0;
          steps.forEach((step, i) => {
            if (Math.abs(step - at) < Math.abs(steps[nearest] - at)) nearest = i;
          });
          return [steps[nearest], ys[nearest]];
        });
        const cursor = drawing.svg.querySelector('.cursor');
        const position = drawing.left + ((drawing.right - drawing.left) * values[0][0]) / drawing.last;
        cursor.setAttribute('x1', position);
        cursor.setAttribute('x2', position);
        cursor.classList.add('on');
        const mean = values.reduce((sum, [, y]) => sum + y, 0) / values.length;
        drawing.reading.textContent = `${values.length > 1 ? 'mean ' : ''}${Number(mean.toPrecision(3))} at ${values[0][0]}`;
      }
    });
    charts.addEventListener('pointerleave', () => {
      for (const { svg, reading, rest } of drawings) {
        svg.querySelector('.cursor').classList.remove('on');
        reading.textContent = rest;
      }
    });
  }
})();
