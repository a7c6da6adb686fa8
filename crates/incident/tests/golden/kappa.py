# Cohen's and Fleiss' kappa on the overlapping incidents of the CSETv1 annotators.
import csv,collections
import sys
D=sys.argv[1]+'/incidents/aiid/classifications_CSETv1_Annotator-%d.csv'
A=[{r['Incident ID']:r for r in csv.DictReader(open(D%n,encoding='utf-8'))} for n in (1,2,3)]
def cohen(p):
    n=len(p); po=sum(a==b for a,b in p)/n
    ca=collections.Counter(a for a,_ in p); cb=collections.Counter(b for _,b in p)
    pe=sum(ca[k]*cb[k] for k in ca)/n/n
    return (po-pe)/(1-pe) if pe<1 else float("nan")
def fleiss(rows):
    N=len(rows); n=sum(rows[0].values()); 
    P=sum(sum(v*v for v in r.values())-n for r in rows)/(N*n*(n-1))
    t=collections.Counter()
    for r in rows: t.update(r)
    pe=sum((v/(N*n))**2 for v in t.values())
    return (P-pe)/(1-pe) if pe<1 else float("nan")
for f in ('Tangible Harm','AI Harm Level','Rights Violation','Autonomy Level','Clear link to technology'):
    for i,j in ((0,1),(0,2),(1,2)):
        p=[(A[i][k][f],A[j][k][f]) for k in A[i] if k in A[j] and A[i][k][f] and A[j][k][f]]
        print(f,i+1,j+1,len(p),'%.12f'%cohen(p) if p else '')
    three=[k for k in A[0] if k in A[1] and k in A[2] and all(a[k][f] for a in A)]
    if three: print(f,'fleiss',len(three),'%.12f'%fleiss([collections.Counter(a[k][f] for a in A) for k in three]))
w=[(0,0,0,0,14),(0,2,6,4,2),(0,0,3,5,6),(0,3,9,2,0),(2,2,8,1,1),(7,7,0,0,0),(3,2,6,3,0),(2,5,3,2,2),(6,5,2,1,0),(0,2,2,3,7)]
print('%.12f'%fleiss([collections.Counter({i:v for i,v in enumerate(r)}) for r in w]))
print('%.12f'%cohen([('y','y')]*20+[('y','n')]*5+[('n','y')]*10+[('n','n')]*15))
