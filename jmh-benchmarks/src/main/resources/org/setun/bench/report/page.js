// SPDX-License-Identifier: Apache-2.0
(function () {
  'use strict';
  var charts = JSON.parse(document.getElementById('data').textContent);
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  var drawn = [];

  function draw() {
    drawn.forEach(function (instance) { instance.dispose(); });
    drawn = charts.map(function (chart) {
      var element = document.getElementById(chart.id + '-chart');
      // On a phone the names of bars have two lines.
      var stretch = chart.kind === 'bars' && element.clientWidth < 520 ? 1.4 : 1;
      element.style.height = element.dataset.height * stretch + 'px';
      var instance = echarts.init(element, null, { renderer: 'svg' });
      instance.setOption(SetunCharts.option(chart, {
        theme: dark.matches ? 'dark' : 'light', width: element.clientWidth, title: false
      }));
      return instance;
    });
  }

  var width = window.innerWidth;
  var waiting = 0;
  window.addEventListener('resize', function () {
    // Phones also resize when the address bar hides: only the width matters.
    if (window.innerWidth === width) { return; }
    width = window.innerWidth;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(draw, 100);
  });
  dark.addEventListener('change', draw);
  draw();
})();
