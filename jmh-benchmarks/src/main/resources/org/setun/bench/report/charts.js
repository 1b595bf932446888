// SPDX-License-Identifier: Apache-2.0
/*
 * Options of ECharts for the kinds of charts that a report has. Runs in a browser and, to draw SVG
 * files, in Rhino: no DOM, no module, and nothing newer than ECMAScript 2015.
 */
var SetunCharts = (function () {
  'use strict';

  var PALETTES = {
    light: {
      text: '#1c2430', faint: '#5a6675', line: '#d5dbe3', ground: '#ffffff',
      series: ['#0b5cad', '#c2410c', '#0f7b5f', '#7e3fa6', '#8a6d00', '#b4235f', '#4b5563']
    },
    dark: {
      text: '#e4e9f0', faint: '#9fabba', line: '#333d4a', ground: '#12161c',
      series: ['#6cb0f5', '#f59a5b', '#4ecfa4', '#c99bec', '#e0c04d', '#f58bb5', '#aab4c2']
    }
  };

  var FONT = 'system-ui, sans-serif';

  function number(value) {
    if (value === 0) { return '0'; }
    var size = Math.abs(value);
    if (size >= 1e6) { return (value / 1e6).toPrecision(3).replace(/\.?0+$/, '') + 'M'; }
    if (size >= 1e4) { return Math.round(value / 1e3) + 'k'; }
    if (size >= 100) { return String(Math.round(value)); }
    return String(Number(value.toPrecision(3)));
  }

  function axis(palette, extra) {
    var base = {
      nameTextStyle: { color: palette.faint },
      axisLabel: { color: palette.faint },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { lineStyle: { color: palette.line } },
      splitLine: { lineStyle: { color: palette.line, opacity: 0.6 } },
      minorSplitLine: { show: false }
    };
    Object.keys(extra).forEach(function (key) {
      var given = extra[key];
      if (given && typeof given === 'object' && !Array.isArray(given) && base[key]) {
        Object.keys(given).forEach(function (inner) { base[key][inner] = given[inner]; });
      } else {
        base[key] = given;
      }
    });
    return base;
  }

  function common(chart, palette, options) {
    return {
      animation: false,
      backgroundColor: 'transparent',
      color: palette.series,
      textStyle: { color: palette.text, fontFamily: FONT },
      // Needs a DOM, which a file is drawn without.
      aria: { enabled: !options.title, label: { description: chart.title + '. ' + chart.caption } },
      title: options.title
        ? { text: chart.title, left: 0, top: 0, textStyle: { color: palette.text, fontSize: 15 } }
        : { show: false },
      tooltip: {
        backgroundColor: palette.ground, borderColor: palette.line, confine: true,
        textStyle: { color: palette.text }
      }
    };
  }

  /*
   * Intervals as lines with two caps. An item is its place on the axes (0, 1) and the ends of its
   * interval (2, 3); with labels, its value stands behind the interval.
   */
  function errorBars(horizontal, color, labels) {
    var CAP = 4;
    return {
      type: 'custom', silent: true, z: 5, tooltip: { show: false },
      encode: horizontal ? { x: [2, 3], y: 1 } : { x: 0, y: [2, 3] },
      renderItem: function (params, api) {
        var low = api.coord(horizontal ? [api.value(2), api.value(1)] : [api.value(0), api.value(2)]);
        var high = api.coord(horizontal ? [api.value(3), api.value(1)] : [api.value(0), api.value(3)]);
        var dx = horizontal ? 0 : CAP;
        var dy = horizontal ? CAP : 0;
        var children = [];
        function line(x1, y1, x2, y2) {
          children.push({
            type: 'line', shape: { x1: x1, y1: y1, x2: x2, y2: y2 }, style: { stroke: color, lineWidth: 1.5 }
          });
        }
        if (api.value(2) < api.value(3)) {
          line(low[0], low[1], high[0], high[1]);
          line(low[0] - dx, low[1] - dy, low[0] + dx, low[1] + dy);
          line(high[0] - dx, high[1] - dy, high[0] + dx, high[1] + dy);
        }
        if (labels) {
          children.push({
            type: 'text', x: high[0] + 8, y: high[1],
            style: { text: labels[params.dataIndex], fill: color, verticalAlign: 'middle', font: '12px ' + FONT }
          });
        }
        return { type: 'group', children: children };
      }
    };
  }

  /* Pixels that a text takes about: a file is drawn where no font can be measured. */
  function textWidth(text) { return 6.8 * text.length; }

  function bars(chart, palette, options) {
    var data = chart.data;
    var narrow = options.width < 520;
    var names = data.items.map(function (item) { return item.name; });
    var left = Math.min(narrow ? 130 : 280, Math.max.apply(null, names.map(textWidth)) + 12);
    var errors = errorBars(true, palette.text, data.items.map(function (item) {
      return number(item.value) + (data.suffix || '');
    }));
    errors.data = data.items.map(function (item, i) { return [item.value, i, item.low, item.high]; });
    var option = common(chart, palette, options);
    option.grid = { left: left, right: 60, top: options.title ? 36 : 8, bottom: 44 };
    option.xAxis = axis(palette, {
      type: 'value', name: data.unit, nameLocation: 'middle', nameGap: 26, min: 0,
      axisLabel: { formatter: number, hideOverlap: true }
    });
    option.yAxis = axis(palette, {
      type: 'category', data: names, inverse: true, splitLine: { show: false }, axisTick: { show: false },
      axisLabel: { width: left - 12, overflow: 'break', color: palette.text, interval: 0, fontSize: narrow ? 11 : 12, lineHeight: 13 }
    });
    option.tooltip.trigger = 'item';
    option.series = [
      {
        type: 'bar', name: data.unit, barMaxWidth: 22,
        data: data.items.map(function (item) {
          return { value: item.value, itemStyle: { color: palette.series[item.color] } };
        }),
        markLine: data.reference
          ? {
            silent: true, symbol: 'none', label: { show: false },
            lineStyle: { color: palette.faint, type: 'dashed' }, data: [{ xAxis: data.reference }]
          }
          : undefined
      },
      errors
    ];
    return option;
  }

  /* Neighbours among labelled points have their names on different sides. */
  function point(series, p, index, palette) {
    var sides = ['left', 'top', 'right', 'bottom'];
    return {
      value: [p.x, p.y],
      label: {
        show: series.scatter, position: sides[index % sides.length], formatter: p.name,
        color: palette.text, fontSize: 11
      }
    };
  }

  function lines(chart, palette, options) {
    var data = chart.data;
    var option = common(chart, palette, options);
    var names = data.series.map(function (series) { return series.name; });
    var legendRows = Math.ceil(names.reduce(function (sum, name) { return sum + textWidth(name) + 60; }, 0) / options.width);
    var legendTop = options.title ? 28 : 0;
    option.grid = { left: 8, right: 24, top: legendTop + 34 * legendRows + 22, bottom: 30, containLabel: true };
    option.legend = { top: legendTop, left: 0, itemGap: 22, textStyle: { color: palette.text }, data: names };
    option.tooltip.trigger = 'item';
    option.xAxis = axis(palette, {
      type: data.logX ? 'log' : 'value', logBase: data.baseX || 10, name: data.xName, nameLocation: 'middle', nameGap: 26,
      min: data.minX, max: data.maxX, axisLabel: { formatter: number, hideOverlap: true }
    });
    option.yAxis = axis(palette, {
      type: data.logY ? 'log' : 'value', name: data.yName, nameTextStyle: { align: 'left' },
      min: data.minY, max: data.maxY, axisLabel: { formatter: number, hideOverlap: true }
    });
    option.series = [];
    data.series.forEach(function (series, i) {
      var color = palette.series[(series.color === undefined ? i : series.color) % palette.series.length];
      option.series.push({
        type: series.scatter ? 'scatter' : 'line', name: series.name, 
        data: series.points.map(function (p, j) { return point(series, p, j, palette); }),
        symbol: series.roof ? 'none' : ['circle', 'rect', 'triangle', 'diamond'][i % 4], symbolSize: series.scatter ? 11 : 7,
        itemStyle: { color: color },
        lineStyle: { color: color, width: 2, type: series.roof ? 'dashed' : 'solid' },
        label: { show: false },
        clip: true
      });
      var withErrors = series.points.filter(function (p) { return p.low < p.high; });
      if (withErrors.length > 0) {
        var errors = errorBars(false, color);
        errors.name = series.name;
        errors.data = withErrors.map(function (p) { return [p.x, p.y, p.low, p.high]; });
        option.series.push(errors);
      }
    });
    return option;
  }

  /* The option of a chart. options: width in pixels, whether it shows its title, theme. */
  function option(chart, options) {
    var palette = PALETTES[options.theme];
    return chart.kind === 'bars' ? bars(chart, palette, options) : lines(chart, palette, options);
  }

  return { option: option };
})();
