import numpy as np, sys
from scipy import stats
from scipy.stats import norm
def R(kind,K=4):
    j=np.arange(K)
    if kind=='indep': return np.eye(K)
    if kind.startswith('exch'): r=float(kind[4:]); return (1-r)*np.eye(K)+r
    if kind.startswith('AR'): r=float(kind[2:]); return r**abs(j[:,None]-j[None])
    if kind.startswith('anchor'):
        r=float(kind[6:]); M=r**(abs(j[:,None]-1)+abs(j[None]-1)).astype(float); np.fill_diagonal(M,1); return M
rng=np.random.default_rng(1)
def run(kind,p,n,B):
    L=np.linalg.cholesky(R(kind)); c=norm.ppf(p)
    out={}
    names=['chi2 sing=no','F sing=no','chi2 sing=rej','chi2 pinv rank','chi2 ddof0','logit chi2','frac singular','chi2 | rank df']
    cnt=np.zeros(len(names))
    D=np.diff(np.eye(4),axis=0)
    for b in range(B):
        Y=((rng.standard_normal((n,4))@L.T)<c).astype(float)
        m=Y.mean(0); S=np.cov(Y.T)/n; V=D@S@D.T; x=D@m
        rank=np.linalg.matrix_rank(V,tol=1e-12)
        sing=rank<3
        if not sing:
            w=x@np.linalg.solve(V,x)
            a=stats.chi2.sf(w,3)<.05
            f=stats.f.sf(w*(n-3)/((n-1)*3),3,n-3)<.05
            cnt[0]+=a; cnt[1]+=f; cnt[2]+=a; cnt[4]+=stats.chi2.sf(w*n/(n-1),3)<.05
        else: cnt[2]+=1; cnt[6]+=1
        wp=x@np.linalg.pinv(V,rcond=1e-10)@x
        cnt[3]+=stats.chi2.sf(wp,3)<.05
        cnt[7]+= (stats.chi2.sf(wp,rank)<.05) if rank>0 else 0
        if (m>0).all() and (m<1).all():
            g=1/(m*(1-m)); Vl=D@(S*np.outer(g,g))@D.T; xl=D@np.log(m/(1-m))
            if np.linalg.matrix_rank(Vl,tol=1e-10)==3: cnt[5]+=stats.chi2.sf(xl@np.linalg.solve(Vl,xl),3)<.05
    return dict(zip(names,np.round(cnt/B,4)))
for kind in ['indep','exch.6','exch.9','AR.8','anchor.8']:
    for p in (.1,.375):
        for n in (40,):
            print(kind,p,n,run(kind,p,n,3000),flush=True)
