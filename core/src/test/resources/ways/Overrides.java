import far.Heir;
import far.Stranger;
import near.Base;
import near.Neighbour;

/** References to methods, and which method they run. */
public class Overrides {
    public static void main(String[] args) throws Exception {
        for (Base object :
                new Base[] {new Base(), new Stranger(), new Neighbour(), new Heir()}) {
            System.out.println(object.compare());
        }
    }
}
