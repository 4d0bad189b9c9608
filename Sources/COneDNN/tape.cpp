#include <oneapi/dnnl/dnnl.hpp>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>
#include "COneDNN.h"
using namespace dnnl;
using dims = memory::dims;
static engine& eng() { static engine e(engine::kind::cpu, 0); return e; }
static stream& strm() { static stream s(eng()); return s; }
static dims plain_strides(const dims& d) { dims s(d.size(), 1); for (int i = (int)d.size() - 2; i >= 0; i--) s[i] = s[i + 1] * d[i + 1]; return s; }
static memory::desc plain(const dims& d) { return memory::desc(d, memory::data_type::f32, plain_strides(d)); }
struct Value { dims d; memory m; memory g; bool hasg = false; };
struct Op { std::function<void()> fwd; std::function<void()> bwd; std::vector<int> ins; int out; };
struct vrx_tape { std::vector<Value> v; std::vector<Op> ops; std::string err; };
static memory reorder_to(memory& m, const memory::desc& d) {
  if (m.get_desc() == d) return m;
  memory r(d, eng()); reorder(m, r).execute(strm(), m, r); return r; }
static void accumulate(Value& x, memory g) {
  if (!x.hasg) { memory c(g.get_desc(), eng()); reorder(g, c).execute(strm(), g, c); x.g = c; x.hasg = true; return; }
  memory r = reorder_to(g, x.g.get_desc());
  auto bd = binary::desc(algorithm::binary_add, x.g.get_desc(), r.get_desc(), x.g.get_desc());
  binary(binary::primitive_desc(bd, eng())).execute(strm(), {{DNNL_ARG_SRC_0, x.g}, {DNNL_ARG_SRC_1, r}, {DNNL_ARG_DST, x.g}});
}
#define TRY(...) try { __VA_ARGS__ } catch (std::exception& e) { t->err = e.what(); return -1; }
extern "C" {
vrx_tape* vrx_tape_new() { return new vrx_tape(); }
void vrx_tape_free(vrx_tape* t) { delete t; }
const char* vrx_tape_error(vrx_tape* t) { return t->err.c_str(); }
int vrx_tape_input(vrx_tape* t, const int64_t* d, int n) { TRY(
  Value v; v.d = dims(d, d + n); v.m = memory(plain(v.d), eng()); memset(v.m.get_data_handle(), 0, v.m.get_desc().get_size()); t->v.push_back(v); return (int)t->v.size() - 1; ) }
int vrx_tape_ndims(vrx_tape* t, int x) { return (int)t->v[x].d.size(); }
void vrx_tape_dims(vrx_tape* t, int x, int64_t* d) { for (auto e : t->v[x].d) *d++ = e; }
int vrx_tape_write(vrx_tape* t, int x, const float* p) { memcpy(t->v[x].m.get_data_handle(), p, t->v[x].m.get_desc().get_size()); return 0; }
int vrx_tape_read(vrx_tape* t, int x, float* p) { TRY(
  auto& v = t->v[x]; memory o(plain(v.d), eng(), p); reorder(v.m, o).execute(strm(), v.m, o); strm().wait(); return 0; ) }
int vrx_tape_read_grad(vrx_tape* t, int x, float* p) { TRY(
  auto& v = t->v[x]; int64_t n = 1; for (auto e : v.d) n *= e; if (!v.hasg) { memset(p, 0, n * 4); return 0; }
  memory o(plain(v.d), eng(), p); reorder(v.g, o).execute(strm(), v.g, o); strm().wait(); return 0; ) }
int vrx_tape_forward(vrx_tape* t, int upto) { TRY( for (auto& o : t->ops) { if (o.out > upto) break; o.fwd(); } strm().wait(); return 0; ) }
int vrx_tape_backward(vrx_tape* t, int from, const float* seed, int to) { TRY(
  for (auto& v : t->v) v.hasg = false;
  Value& v = t->v[from]; memory s(plain(v.d), eng(), (void*)seed); accumulate(v, s);
  for (int i = (int)t->ops.size() - 1; i >= 0; i--) { auto& o = t->ops[i]; if (o.out > from) continue; if (o.out <= to) break; if (t->v[o.out].hasg && o.bwd) { o.bwd(); } }
  strm().wait(); return 0; ) }
static int push(vrx_tape* t, dims d, memory m, std::vector<int> ins, std::function<void(int)> f, std::function<void(int)> b) {
  Value v; v.d = d; v.m = m; t->v.push_back(v); int out = (int)t->v.size() - 1;
  Op o; o.ins = ins; o.out = out; o.fwd = [=] { f(out); }; o.bwd = [=] { b(out); }; t->ops.push_back(o); return out; }
int vrx_tape_conv(vrx_tape* t, int x, const float* w, const int64_t* wd, const float* bias, int64_t groups, const int64_t* st, const int64_t* dil, const int64_t* pl, const int64_t* pr) { TRY(
  Value& in = t->v[x]; dims wdim{wd[0], wd[1], wd[2], wd[3]}; dims wg = wdim;
  if (groups > 1) wg = dims{groups, wd[0] / groups, wd[1], wd[2], wd[3]};
  dims s{st[0], st[1]}, dl{dil[0] - 1, dil[1] - 1}, p0{pl[0], pl[1]}, p1{pr[0], pr[1]};
  int64_t oh = (in.d[2] + pl[0] + pr[0] - (dil[0] * (wd[2] - 1) + 1)) / st[0] + 1, ow = (in.d[3] + pl[1] + pr[1] - (dil[1] * (wd[3] - 1) + 1)) / st[1] + 1;
  dims od{in.d[0], wd[0], oh, ow};
  auto any = [](const dims& d) { return memory::desc(d, memory::data_type::f32, memory::format_tag::any); };
  memory::desc bd({wd[0]}, memory::data_type::f32, memory::format_tag::x);
  auto cd = convolution_forward::desc(prop_kind::forward_training, algorithm::convolution_direct, any(in.d), any(wg), bd, any(od), s, dl, p0, p1);
  auto pd = std::make_shared<convolution_forward::primitive_desc>(cd, eng());
  auto pr_ = std::make_shared<convolution_forward>(*pd);
  memory wp(plain(wg), eng()); memcpy(wp.get_data_handle(), w, wp.get_desc().get_size());
  memory wm = reorder_to(wp, pd->weights_desc()); memory bm(bd, eng()); if (bias) memcpy(bm.get_data_handle(), bias, wd[0] * 4); else memset(bm.get_data_handle(), 0, wd[0] * 4);
  memory out(pd->dst_desc(), eng());
  struct BW { bool ready = false; std::shared_ptr<convolution_backward_data::primitive_desc> pd; convolution_backward_data p; memory w; };
  auto bw = std::make_shared<BW>();
  return push(t, od, out, {x}, [=](int o) { memory src = reorder_to(t->v[x].m, pd->src_desc()); pr_->execute(strm(), {{DNNL_ARG_SRC, src}, {DNNL_ARG_WEIGHTS, wm}, {DNNL_ARG_BIAS, bm}, {DNNL_ARG_DST, t->v[o].m}}); },
    [=](int o) {
      if (!bw->ready) { auto d = convolution_backward_data::desc(algorithm::convolution_direct, memory::desc(t->v[x].d, memory::data_type::f32, memory::format_tag::any), memory::desc(wg, memory::data_type::f32, memory::format_tag::any), memory::desc(od, memory::data_type::f32, memory::format_tag::any), s, dl, p0, p1);
        bw->pd = std::make_shared<convolution_backward_data::primitive_desc>(d, eng(), *pd); bw->p = convolution_backward_data(*bw->pd); memory wmm = wm; bw->w = reorder_to(wmm, bw->pd->weights_desc()); bw->ready = true; }
      memory dd = reorder_to(t->v[o].g, bw->pd->diff_dst_desc()); memory ds(bw->pd->diff_src_desc(), eng());
      bw->p.execute(strm(), {{DNNL_ARG_DIFF_DST, dd}, {DNNL_ARG_WEIGHTS, bw->w}, {DNNL_ARG_DIFF_SRC, ds}}); accumulate(t->v[x], ds); }); ) }
int vrx_tape_eltwise(vrx_tape* t, int x, int kind, float a, float b) { TRY(
  algorithm alg = kind == 0 ? algorithm::eltwise_relu : kind == 1 ? algorithm::eltwise_clip : kind == 2 ? algorithm::eltwise_logistic : kind == 3 ? algorithm::eltwise_hardswish : kind == 4 ? algorithm::eltwise_linear : kind == 5 ? algorithm::eltwise_tanh : algorithm::eltwise_elu;
  Value& in = t->v[x]; auto md = in.m.get_desc();
  auto pd = std::make_shared<eltwise_forward::primitive_desc>(eltwise_forward::desc(prop_kind::forward_training, alg, md, a, b), eng());
  auto p = std::make_shared<eltwise_forward>(*pd); memory out(md, eng());
  return push(t, in.d, out, {x}, [=](int o) { p->execute(strm(), {{DNNL_ARG_SRC, t->v[x].m}, {DNNL_ARG_DST, t->v[o].m}}); },
    [=](int o) { auto md2 = t->v[x].m.get_desc(); auto bd = eltwise_backward::primitive_desc(eltwise_backward::desc(alg, md2, md2, a, b), eng(), *pd);
      memory dd = reorder_to(t->v[o].g, md2); memory ds(md2, eng()); eltwise_backward(bd).execute(strm(), {{DNNL_ARG_SRC, t->v[x].m}, {DNNL_ARG_DIFF_DST, dd}, {DNNL_ARG_DIFF_SRC, ds}}); accumulate(t->v[x], ds); }); ) }
int vrx_tape_add(vrx_tape* t, int x, int y) { TRY(
  auto md = t->v[x].m.get_desc(); memory out(md, eng());
  if (t->v[x].d != t->v[y].d) { t->err = "add: shapes differ"; return -1; }
  auto p = std::make_shared<binary>(binary::primitive_desc(binary::desc(algorithm::binary_add, md, md, md), eng()));
  return push(t, t->v[x].d, out, {x, y}, [=](int o) { memory b = reorder_to(t->v[y].m, md); p->execute(strm(), {{DNNL_ARG_SRC_0, t->v[x].m}, {DNNL_ARG_SRC_1, b}, {DNNL_ARG_DST, t->v[o].m}}); },
    [=](int o) { accumulate(t->v[x], t->v[o].g); accumulate(t->v[y], t->v[o].g); }); ) }
int vrx_tape_concat(vrx_tape* t, const int* xs, int n, int axis) { TRY(
  std::vector<memory::desc> ds; std::vector<int> in(xs, xs + n); dims od = t->v[xs[0]].d; od[axis] = 0;
  for (int i : in) { ds.push_back(t->v[i].m.get_desc()); od[axis] += t->v[i].d[axis]; }
  auto pd = std::make_shared<concat::primitive_desc>(axis, ds, eng()); auto p = std::make_shared<concat>(*pd); memory out(pd->dst_desc(), eng());
  return push(t, od, out, in, [=](int o) { std::unordered_map<int, memory> a; for (int i = 0; i < n; i++) a[DNNL_ARG_MULTIPLE_SRC + i] = t->v[in[i]].m; a[DNNL_ARG_DST] = t->v[o].m; p->execute(strm(), a); },
    [=](int o) { memory g = reorder_to(t->v[o].g, plain(od)); int64_t off = 0; for (int i : in) { dims d = t->v[i].d, offs(d.size(), 0); offs[axis] = off; off += d[axis]; memory sub(g.get_desc().submemory_desc(d, offs), eng(), g.get_data_handle()); memory c(plain(d), eng()); reorder(sub, c).execute(strm(), sub, c); accumulate(t->v[i], c); } }); ) }
int vrx_tape_pool(vrx_tape* t, int x, int kind, const int64_t* k, const int64_t* st, const int64_t* pl, const int64_t* pr) { TRY(
  algorithm alg = kind == 0 ? algorithm::pooling_max : kind == 1 ? algorithm::pooling_avg_include_padding : algorithm::pooling_avg_exclude_padding;
  Value& in = t->v[x]; dims kd{k[0], k[1]}, s{st[0], st[1]}, p0{pl[0], pl[1]}, p1{pr[0], pr[1]};
  dims od{in.d[0], in.d[1], (in.d[2] + pl[0] + pr[0] - k[0]) / st[0] + 1, (in.d[3] + pl[1] + pr[1] - k[1]) / st[1] + 1};
  auto md = in.m.get_desc(); memory::desc any(od, memory::data_type::f32, memory::format_tag::any);
  auto pd = std::make_shared<pooling_forward::primitive_desc>(pooling_forward::desc(prop_kind::forward_training, alg, md, any, s, kd, p0, p1), eng());
  auto p = std::make_shared<pooling_forward>(*pd); memory out(pd->dst_desc(), eng()); memory ws; if (kind == 0) ws = memory(pd->workspace_desc(), eng());
  return push(t, od, out, {x}, [=](int o) { std::unordered_map<int, memory> a{{DNNL_ARG_SRC, t->v[x].m}, {DNNL_ARG_DST, t->v[o].m}}; if (kind == 0) a[DNNL_ARG_WORKSPACE] = ws; p->execute(strm(), a); },
    [=](int o) { auto bd = pooling_backward::primitive_desc(pooling_backward::desc(alg, md, pd->dst_desc(), s, kd, p0, p1), eng(), *pd); memory dd = reorder_to(t->v[o].g, pd->dst_desc()); memory ds(md, eng());
      std::unordered_map<int, memory> a{{DNNL_ARG_DIFF_DST, dd}, {DNNL_ARG_DIFF_SRC, ds}}; if (kind == 0) a[DNNL_ARG_WORKSPACE] = ws; pooling_backward(bd).execute(strm(), a); accumulate(t->v[x], ds); }); ) }
int vrx_tape_reshape(vrx_tape* t, int x, const int64_t* d, int n) { TRY(
  dims od(d, d + n); memory out(plain(od), eng());
  return push(t, od, out, {x}, [=](int o) { memory view(plain(t->v[x].d), eng(), t->v[o].m.get_data_handle()); reorder(t->v[x].m, view).execute(strm(), t->v[x].m, view); },
    [=](int o) { memory g = reorder_to(t->v[o].g, plain(od)); memory view(plain(t->v[x].d), eng(), g.get_data_handle()); accumulate(t->v[x], view); }); ) }
// y[n, o] = x[n, i] w[o, i]^T + b
int vrx_tape_linear(vrx_tape* t, int x, const float* w, int64_t o_, int64_t i_, const float* bias) { TRY(
  Value& in = t->v[x]; dims od{in.d[0], o_};
  memory wm(plain({o_, i_}), eng()); memcpy(wm.get_data_handle(), w, o_ * i_ * 4); memory::desc bd({o_}, memory::data_type::f32, memory::format_tag::x); memory bm(bd, eng()); if (bias) memcpy(bm.get_data_handle(), bias, o_ * 4); else memset(bm.get_data_handle(), 0, o_ * 4);
  auto sd = plain(in.d); auto dd = plain(od);
  auto pd = std::make_shared<inner_product_forward::primitive_desc>(inner_product_forward::desc(prop_kind::forward_training, sd, wm.get_desc(), bd, dd), eng());
  auto p = std::make_shared<inner_product_forward>(*pd); memory out(dd, eng());
  return push(t, od, out, {x}, [=](int o) { memory s = reorder_to(t->v[x].m, sd); p->execute(strm(), {{DNNL_ARG_SRC, s}, {DNNL_ARG_WEIGHTS, wm}, {DNNL_ARG_BIAS, bm}, {DNNL_ARG_DST, t->v[o].m}}); },
    [=](int o) { auto b = inner_product_backward_data::primitive_desc(inner_product_backward_data::desc(sd, wm.get_desc(), dd), eng(), *pd); memory g = reorder_to(t->v[o].g, dd); memory ds(sd, eng()); inner_product_backward_data(b).execute(strm(), {{DNNL_ARG_DIFF_DST, g}, {DNNL_ARG_WEIGHTS, wm}, {DNNL_ARG_DIFF_SRC, ds}}); accumulate(t->v[x], ds); }); ) }
}
